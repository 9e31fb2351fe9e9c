#include "core/storage/message_store.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <memory>
#include <set>
#include <thread>

#include "core/storage/account_store.h"
#include "tests/unit/core/storage/temporary_database.h"

namespace {

using namespace zanhu;
using namespace zanhu::storage;
using namespace zanhu::storage::testing;
using Stored = Messages::Stored;

class MessageStoreTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(MessageStoreTest);
    CPPUNIT_TEST(a_stored_message_is_found_by_both);
    CPPUNIT_TEST(the_row_is_as_django_writes_it);
    CPPUNIT_TEST(reads_the_row_of_a_django_site);
    CPPUNIT_TEST(the_same_id_of_the_same_sender_is_stored_once);
    CPPUNIT_TEST(the_id_of_another_message_is_refused);
    CPPUNIT_TEST(a_recipient_must_exist_and_be_active);
    CPPUNIT_TEST(bad_arguments_are_refused);
    CPPUNIT_TEST(moments_increase_even_when_the_clock_does_not);
    CPPUNIT_TEST(two_writers_never_share_a_moment);
    CPPUNIT_TEST(without_moments_the_last_page_is_found);
    CPPUNIT_TEST(pages_backwards_reach_every_message);
    CPPUNIT_TEST(pages_forwards_reach_every_message);
    CPPUNIT_TEST(messages_with_anybody_are_merged_in_order);
    CPPUNIT_TEST(messages_to_oneself_are_found_once);
    CPPUNIT_TEST(a_page_does_not_cut_a_moment_in_two);
    CPPUNIT_TEST(the_size_of_a_page_is_bounded);
    CPPUNIT_TEST(strangers_find_nothing);
    CPPUNIT_TEST(bad_moments_are_refused);
    CPPUNIT_TEST(reading_counts_only_what_that_sender_sent_to_that_reader);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        database_ = std::make_unique<MigratedDatabase>();
        store_ = std::make_unique<MessageStore>(database_->database);
        AccountStore accounts(database_->database);
        for (const char* name : {"anna", "bert", "张三"}) {
            NewAccount account;
            account.username = name;
            account.password = std::string("!");
            CPPUNIT_ASSERT(accounts.add(account).outcome == AddOutcome::added);
        }
    }
    void tearDown() override {
        store_.reset();
        database_.reset();
    }

private:
    std::unique_ptr<MigratedDatabase> database_;
    std::unique_ptr<MessageStore> store_;
    int last_id_ = 0;

    std::string next_id() {
        const std::string number = std::to_string(++last_id_);
        return "00000000-0000-4000-8000-" + std::string(12 - number.size(), '0') + number;
    }
    Message message(const std::string& from, const std::string& to, const std::string& text) {
        Message made;
        made.id = next_id();
        made.sender = from;
        made.recipient = to;
        made.text = text;
        return made;
    }
    Message send(const std::string& from, const std::string& to, const std::string& text) {
        const auto result = store_->store(message(from, to, text));
        CPPUNIT_ASSERT(result.outcome == Stored::created);
        return result.message;
    }
    void put_row(const std::string& from,
                 const std::string& to,
                 const std::string& text,
                 const std::string& moment) {
        const auto digits = next_id();
        std::string id;
        std::ranges::copy_if(digits, std::back_inserter(id), [](char c) { return c != '-'; });
        database_->execute(
            "INSERT INTO messager_message (uuid_id, message, unread, created_at, recipient_id, sender_id) "
            "SELECT '" +
            id + "', '" + text + "', 1, '" + moment +
            "', r.id, s.id FROM auth_user r, auth_user s "
            "WHERE r.username = '" +
            to + "' AND s.username = '" + from + "'");
    }
    static MessageQuery query(const std::string& user, const std::string& with, std::size_t limit = 50) {
        MessageQuery made;
        made.user = user;
        made.with = with;
        made.limit = limit;
        return made;
    }
    static std::string texts(const MessagePage& page) {
        std::string joined;
        for (const Message& found : page.messages) {
            if (!joined.empty()) joined += " ";
            joined += found.text;
        }
        return joined;
    }

    void a_stored_message_is_found_by_both() {
        const Message sent = send("anna", "张三", "你好 <b>");
        CPPUNIT_ASSERT(sent.unread);
        CPPUNIT_ASSERT_EQUAL(std::size_t{27}, sent.created_at.size());
        for (const MessageQuery& asked : {query("anna", "张三"), query("张三", "anna"), query("张三", "")}) {
            const MessagePage page = store_->find(asked);
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, page.messages.size());
            const Message& found = page.messages.front();
            CPPUNIT_ASSERT_EQUAL(sent.id, found.id);
            CPPUNIT_ASSERT_EQUAL(std::string("anna"), found.sender);
            CPPUNIT_ASSERT_EQUAL(std::string("张三"), found.recipient);
            CPPUNIT_ASSERT_EQUAL(std::string("你好 <b>"), found.text);
            CPPUNIT_ASSERT_EQUAL(sent.created_at, found.created_at);
            CPPUNIT_ASSERT(found.unread && !page.more);
        }
        CPPUNIT_ASSERT(store_->find(query("bert", "anna")).messages.empty());
        CPPUNIT_ASSERT(store_->find(query("bert", "")).messages.empty());
    }

    void the_row_is_as_django_writes_it() {
        send("anna", "bert", "hello");
        CPPUNIT_ASSERT_EQUAL(
            std::string("00000000000040008000000000000001|hello|1 integer|text|2 integer|1 integer"),
            database_->text(
                "SELECT uuid_id || '|' || message || '|' || unread || ' ' || typeof(unread) || '|' || "
                "typeof(created_at) || '|' || recipient_id || ' ' || typeof(recipient_id) || '|' || "
                "sender_id || ' ' || typeof(sender_id) FROM messager_message"));
    }

    void reads_the_row_of_a_django_site() {
        database_->execute(
            "INSERT INTO messager_message VALUES ('0123456789abcdef0123456789abcdef', '你好', 0, "
            "'2026-11-22 18:23:52', 1, NULL)");
        const MessagePage page = store_->find(query("anna", ""));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, page.messages.size());
        const Message& found = page.messages.front();
        CPPUNIT_ASSERT_EQUAL(std::string("01234567-89ab-cdef-0123-456789abcdef"), found.id);
        CPPUNIT_ASSERT_EQUAL(std::string("2026-11-22T18:23:52.000000Z"), found.created_at);
        CPPUNIT_ASSERT_EQUAL(std::string(), found.sender);
        CPPUNIT_ASSERT_EQUAL(std::string("anna"), found.recipient);
        CPPUNIT_ASSERT_EQUAL(std::string("你好"), found.text);
        CPPUNIT_ASSERT(!found.unread);
        MessageQuery later = query("anna", "");
        later.after = found.created_at;
        CPPUNIT_ASSERT(store_->find(later).messages.empty());
        MessageQuery earlier = query("anna", "");
        earlier.before = found.created_at;
        CPPUNIT_ASSERT(store_->find(earlier).messages.empty());
    }

    void the_same_id_of_the_same_sender_is_stored_once() {
        Message first = message("anna", "bert", "once");
        const Message stored = store_->store(first).message;
        Message again = first;
        std::ranges::transform(again.id, again.id.begin(), ::toupper);
        again.text = "twice";
        database_->execute("UPDATE auth_user SET is_active = 0 WHERE username = 'bert'");
        const auto result = store_->store(again);
        CPPUNIT_ASSERT(result.outcome == Stored::existed);
        CPPUNIT_ASSERT_EQUAL(std::string("once"), result.message.text);
        CPPUNIT_ASSERT_EQUAL(stored.created_at, result.message.created_at);
        CPPUNIT_ASSERT_EQUAL(stored.id, result.message.id);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), database_->text("SELECT count(*) FROM messager_message"));
    }

    void the_id_of_another_message_is_refused() {
        Message first = message("anna", "bert", "secret");
        static_cast<void>(store_->store(first));
        first.sender = "张三";
        const auto result = store_->store(first);
        CPPUNIT_ASSERT(result.outcome == Stored::id_taken);
        CPPUNIT_ASSERT(result.message.text.empty());
        CPPUNIT_ASSERT_EQUAL(std::string("1"), database_->text("SELECT count(*) FROM messager_message"));
    }

    void a_recipient_must_exist_and_be_active() {
        CPPUNIT_ASSERT(store_->store(message("anna", "nobody", "x")).outcome == Stored::no_such_recipient);
        CPPUNIT_ASSERT(store_->store(message("anna", "", "x")).outcome == Stored::no_such_recipient);
        CPPUNIT_ASSERT(store_->store(message("anna", "BERT", "x")).outcome == Stored::no_such_recipient);
        database_->execute("UPDATE auth_user SET is_active = 0 WHERE username = 'bert'");
        CPPUNIT_ASSERT(store_->store(message("anna", "bert", "x")).outcome == Stored::no_such_recipient);
        CPPUNIT_ASSERT_EQUAL(std::string("0"), database_->text("SELECT count(*) FROM messager_message"));
    }

    void bad_arguments_are_refused() {
        Message bad = message("anna", "bert", "x");
        bad.id = "1";
        CPPUNIT_ASSERT_THROW(store_->store(bad), Error);
        CPPUNIT_ASSERT_THROW(store_->store(message("anna", "bert", std::string("a\0b", 3))), Error);
        CPPUNIT_ASSERT_THROW(store_->store(message("anna", "bert", "\xff")), Error);
        CPPUNIT_ASSERT_THROW(store_->store(message("nobody", "bert", "x")), Error);
        CPPUNIT_ASSERT_EQUAL(std::string("0"), database_->text("SELECT count(*) FROM messager_message"));
    }

    void moments_increase_even_when_the_clock_does_not() {
        put_row("anna", "bert", "future", "2100-01-01 00:00:00");
        CPPUNIT_ASSERT_EQUAL(std::string("2100-01-01T00:00:00.000001Z"),
                             send("bert", "anna", "a").created_at);
        CPPUNIT_ASSERT_EQUAL(std::string("2100-01-01T00:00:00.000002Z"),
                             send("bert", "anna", "b").created_at);
    }

    void two_writers_never_share_a_moment() {
        std::vector<Message> prepared;
        for (int i = 0; i < 80; ++i)
            prepared.push_back(message("anna", "bert", std::to_string(i)));
        const auto store_half = [&](std::size_t begin) {
            for (std::size_t i = begin; i < begin + 40; ++i)
                static_cast<void>(store_->store(prepared[i]));
        };
        std::thread first(store_half, 0);
        std::thread second(store_half, 40);
        first.join();
        second.join();
        std::set<std::string> moments;
        for (const Message& found : store_->find(query("anna", "bert", 100)).messages)
            moments.insert(found.created_at);
        CPPUNIT_ASSERT_EQUAL(std::size_t{80}, moments.size());
    }

    void without_moments_the_last_page_is_found() {
        for (const char* text : {"1", "2", "3", "4", "5"})
            send("anna", "bert", text);
        const MessagePage page = store_->find(query("bert", "anna", 3));
        CPPUNIT_ASSERT_EQUAL(std::string("3 4 5"), texts(page));
        CPPUNIT_ASSERT(page.more);
        CPPUNIT_ASSERT(!store_->find(query("bert", "anna", 5)).more);
    }

    void pages_backwards_reach_every_message() {
        for (const char* text : {"1", "2", "3", "4", "5"}) {
            send("anna", "bert", text);
            send("anna", "张三", "other");
        }
        MessageQuery asked = query("anna", "bert", 2);
        std::string seen;
        MessagePage page;
        do {
            page = store_->find(asked);
            CPPUNIT_ASSERT(!page.messages.empty());
            seen.insert(0, texts(page).append("|"));
            asked.before = page.messages.front().created_at;
        } while (page.more);
        CPPUNIT_ASSERT_EQUAL(std::string("1|2 3|4 5|"), seen);
        CPPUNIT_ASSERT(store_->find(asked).messages.empty());
    }

    void pages_forwards_reach_every_message() {
        const Message start = send("bert", "anna", "0");
        for (const char* text : {"1", "2", "3"})
            send("anna", "bert", text);
        MessageQuery asked = query("anna", "bert", 2);
        asked.after = start.created_at;
        MessagePage page = store_->find(asked);
        CPPUNIT_ASSERT_EQUAL(std::string("1 2"), texts(page));
        CPPUNIT_ASSERT(page.more);
        asked.after = page.messages.back().created_at;
        page = store_->find(asked);
        CPPUNIT_ASSERT_EQUAL(std::string("3"), texts(page));
        CPPUNIT_ASSERT(!page.more);
        asked.after = start.created_at;
        asked.before = page.messages.back().created_at;
        page = store_->find(asked);
        CPPUNIT_ASSERT_EQUAL(std::string("1 2"), texts(page));
        CPPUNIT_ASSERT(!page.more);
    }

    void messages_with_anybody_are_merged_in_order() {
        send("anna", "bert", "1");
        send("张三", "anna", "2");
        send("bert", "张三", "other");
        send("bert", "anna", "3");
        send("anna", "张三", "4");
        CPPUNIT_ASSERT_EQUAL(std::string("1 2 3 4"), texts(store_->find(query("anna", ""))));
        CPPUNIT_ASSERT_EQUAL(std::string("3 4"), texts(store_->find(query("anna", "", 2))));
    }

    void messages_to_oneself_are_found_once() {
        send("anna", "anna", "note");
        send("anna", "bert", "other");
        CPPUNIT_ASSERT_EQUAL(std::string("note"), texts(store_->find(query("anna", "anna"))));
        CPPUNIT_ASSERT_EQUAL(std::string("note other"), texts(store_->find(query("anna", ""))));
    }

    void a_page_does_not_cut_a_moment_in_two() {
        put_row("anna", "bert", "1", "2024-01-01 00:00:01");
        for (const char* text : {"2", "2", "2"})
            put_row("bert", "anna", text, "2024-01-01 00:00:02");
        MessageQuery asked = query("anna", "bert", 2);
        asked.after = "2024-01-01T00:00:00Z";
        const MessagePage page = store_->find(asked);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), texts(page));
        CPPUNIT_ASSERT(page.more);
        asked.after = page.messages.back().created_at;
        asked.limit = 3;
        CPPUNIT_ASSERT_EQUAL(std::string("2 2 2"), texts(store_->find(asked)));
    }

    void the_size_of_a_page_is_bounded() {
        database_->execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) INSERT INTO "
            "messager_message SELECT printf('%032d', i), 'x', 1, printf('2024-01-01 00:00:00.%06d', i), 1, 2 "
            "FROM n");
        const MessagePage page = store_->find(query("anna", "bert", 100000));
        CPPUNIT_ASSERT_EQUAL(MessageStore::k_max_page, page.messages.size());
        CPPUNIT_ASSERT(page.more);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, store_->find(query("anna", "bert", 0)).messages.size());
    }

    void strangers_find_nothing() {
        send("anna", "bert", "x");
        CPPUNIT_ASSERT(store_->find(query("nobody", "")).messages.empty());
        CPPUNIT_ASSERT(store_->find(query("", "")).messages.empty());
        CPPUNIT_ASSERT(store_->find(query("anna", "nobody")).messages.empty());
    }

    void bad_moments_are_refused() {
        MessageQuery asked = query("anna", "bert");
        asked.after = "yesterday";
        CPPUNIT_ASSERT_THROW(store_->find(asked), Error);
        asked.after.clear();
        asked.before = "2024-01-01 00:00:00";
        CPPUNIT_ASSERT_THROW(store_->find(asked), Error);
    }

    void reading_counts_only_what_that_sender_sent_to_that_reader() {
        send("anna", "bert", "1");
        send("anna", "bert", "2");
        send("bert", "anna", "back");
        send("张三", "bert", "other");
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, store_->mark_read("bert", "anna"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, store_->mark_read("bert", "anna"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, store_->mark_read("bert", "nobody"));
        CPPUNIT_ASSERT_EQUAL(
            std::string("back,other"),
            database_->text("SELECT group_concat(message) FROM (SELECT message FROM messager_message "
                            "WHERE unread ORDER BY created_at)"));
        CPPUNIT_ASSERT(!store_->find(query("anna", "bert")).messages.front().unread);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MessageStoreTest);

}  // namespace
