#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <memory>

#include "core/storage/message_store.h"
#include "tests/unit/core/storage/temporary_database.h"

namespace {

using namespace zanhu;
using namespace zanhu::storage;
using namespace zanhu::storage::testing;

class ConversationsTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(ConversationsTest);
    CPPUNIT_TEST(everybody_else_is_listed_by_name_before_the_first_message);
    CPPUNIT_TEST(the_most_recent_conversation_comes_first);
    CPPUNIT_TEST(only_what_is_unread_to_the_person_counts);
    CPPUNIT_TEST(the_inactive_and_the_person_are_not_listed);
    CPPUNIT_TEST(messages_of_removed_people_do_no_harm);
    CPPUNIT_TEST(strangers_have_no_conversations);
    CPPUNIT_TEST(the_list_is_bounded_and_keeps_those_with_messages);
    CPPUNIT_TEST(the_statements_use_indexes);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        database_ = std::make_unique<MigratedDatabase>();
        store_ = std::make_unique<MessageStore>(database_->database);
        for (const char* name : {"zoe", "anna", "bert", "carl"})
            add(name);
    }
    void tearDown() override {
        store_.reset();
        database_.reset();
    }

private:
    std::unique_ptr<MigratedDatabase> database_;
    std::unique_ptr<MessageStore> store_;
    int sent_ = 0;

    void add(const std::string& name) {
        database_->execute(
            "INSERT INTO auth_user (password, is_superuser, username, last_name, email, is_staff, is_active, "
            "date_joined, "
            "first_name) VALUES ('!', 0, '" +
            name + "', '', '', 0, 1, '2024-01-01 00:00:00', '')");
    }
    void send(const std::string& from, const std::string& to) {
        Message message;
        message.id = "00000000-0000-4000-8000-00000000000" + std::to_string(++sent_);
        message.sender = from;
        message.recipient = to;
        message.text = from + std::to_string(sent_);
        CPPUNIT_ASSERT(store_->store(message).outcome == Messages::Stored::created);
    }
    static std::string summary(const std::vector<Conversation>& list) {
        std::string text;
        for (const Conversation& entry : list) {
            if (!text.empty()) text += " ";
            text += entry.username;
            if (entry.last_message) text += "=" + entry.last_message->text;
            if (entry.unread > 0) text.append("(").append(std::to_string(entry.unread)).append(")");
        }
        return text;
    }
    std::string of(const std::string& name) { return summary(store_->conversations(name)); }

    void everybody_else_is_listed_by_name_before_the_first_message() {
        CPPUNIT_ASSERT_EQUAL(std::string("bert carl zoe"), of("anna"));
    }

    void the_most_recent_conversation_comes_first() {
        send("anna", "bert");
        send("zoe", "anna");
        CPPUNIT_ASSERT_EQUAL(std::string("zoe=zoe2(1) bert=anna1 carl"), of("anna"));
        send("bert", "anna");
        send("anna", "bert");
        CPPUNIT_ASSERT_EQUAL(std::string("bert=anna4(1) zoe=zoe2(1) carl"), of("anna"));
        const auto list = store_->conversations("anna");
        CPPUNIT_ASSERT_EQUAL(std::string("bert"), list.front().last_message->recipient);
        CPPUNIT_ASSERT_EQUAL(std::string("anna"), list.front().last_message->sender);
    }

    void only_what_is_unread_to_the_person_counts() {
        for (int i = 0; i < 3; ++i)
            send("bert", "anna");
        send("anna", "bert");
        CPPUNIT_ASSERT_EQUAL(std::string("bert=anna4(3) carl zoe"), of("anna"));
        CPPUNIT_ASSERT_EQUAL(std::string("anna=anna4(1) carl zoe"), of("bert"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, store_->mark_read("anna", "bert"));
        CPPUNIT_ASSERT_EQUAL(std::string("bert=anna4 carl zoe"), of("anna"));
    }

    void the_inactive_and_the_person_are_not_listed() {
        send("anna", "anna");
        send("bert", "anna");
        database_->execute("UPDATE auth_user SET is_active = 0 WHERE username IN ('bert', 'carl')");
        CPPUNIT_ASSERT_EQUAL(std::string("zoe"), of("anna"));
    }

    void messages_of_removed_people_do_no_harm() {
        send("bert", "anna");
        send("anna", "carl");
        database_->execute("UPDATE messager_message SET sender_id = NULL WHERE message = 'bert1'");
        database_->execute("UPDATE messager_message SET recipient_id = NULL WHERE message = 'anna2'");
        CPPUNIT_ASSERT_EQUAL(std::string("bert carl zoe"), of("anna"));
    }

    void strangers_have_no_conversations() {
        CPPUNIT_ASSERT_EQUAL(std::string(), of("nobody"));
        CPPUNIT_ASSERT_EQUAL(std::string(), of(""));
    }

    void the_list_is_bounded_and_keeps_those_with_messages() {
        database_->execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600) INSERT INTO "
            "auth_user "
            "(password, is_superuser, username, last_name, email, is_staff, is_active, date_joined, "
            "first_name) SELECT "
            "'!', 0, printf('a%03d', i), '', '', 0, 1, '2024-01-01 00:00:00', '' FROM n");
        send("zoe", "anna");
        const auto list = store_->conversations("anna");
        CPPUNIT_ASSERT_EQUAL(MessageStore::k_max_conversations, list.size());
        CPPUNIT_ASSERT_EQUAL(std::string("zoe"), list[0].username);
        CPPUNIT_ASSERT_EQUAL(std::string("a001"), list[1].username);
        CPPUNIT_ASSERT_EQUAL(std::string("a499"), list.back().username);
    }

    void the_statements_use_indexes() {
        struct Case {
            const char* select;
            const char* index;
        };
        for (const Case& c : {
                 Case{"message FROM messager_message WHERE sender_id = 1 AND recipient_id = 2 AND created_at "
                      "> '' ORDER BY created_at DESC",
                      "INDEX zanhu_message_pair"},
                 Case{"message FROM messager_message WHERE sender_id = 1 AND created_at > '' ORDER BY "
                      "created_at",
                      "INDEX zanhu_message_sent"},
                 Case{"message FROM messager_message WHERE recipient_id = 1 AND sender_id IS NOT 1 AND "
                      "created_at > '' ORDER BY created_at",
                      "INDEX zanhu_message_received"},
                 Case{"message FROM messager_message WHERE unread AND recipient_id = 1 AND sender_id = 2",
                      "INDEX zanhu_message_unread"},
                 Case{
                     "max(created_at), rowid FROM messager_message WHERE sender_id = 1 GROUP BY recipient_id",
                     "COVERING INDEX zanhu_message_pair "},
                 Case{
                     "max(created_at), rowid FROM messager_message WHERE recipient_id = 1 GROUP BY sender_id",
                     "COVERING INDEX zanhu_message_pair_back"},
                 Case{"max(created_at) FROM messager_message", "COVERING INDEX messager_message_created_at"},
             }) {
            std::string plan;
            database_->database.read([&](Connection& connection) {
                for (const Row& row : connection.select(std::string("EXPLAIN QUERY PLAN SELECT ") + c.select))
                    plan += row.text(3) + ";";
            });
            CPPUNIT_ASSERT_MESSAGE(plan, contains(plan, c.index));
            CPPUNIT_ASSERT_MESSAGE(plan, !contains(plan, "TEMP B-TREE"));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConversationsTest);

}  // namespace
