#include "web/message_handlers.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include "tests/application/web/browser.h"

namespace zanhu::web_test {
namespace {

class MessageHandlersTest : public CPPUNIT_NS::TestFixture, private SiteFixture {
    CPPUNIT_TEST_SUITE(MessageHandlersTest);
    CPPUNIT_TEST(people_come_with_their_last_message_and_what_is_unread);
    CPPUNIT_TEST(a_conversation_comes_oldest_first);
    CPPUNIT_TEST(a_conversation_comes_in_pages);
    CPPUNIT_TEST(a_query_that_cannot_be_read_is_refused);
    CPPUNIT_TEST(times_reach_the_database_in_one_form);
    CPPUNIT_TEST(a_conversation_with_nobody_is_404);
    CPPUNIT_TEST(an_old_conversation_outlives_its_other_side);
    CPPUNIT_TEST(what_was_missed_is_everything_of_ones_own_since_then);
    CPPUNIT_TEST(missed_needs_a_time);
    CPPUNIT_TEST(reading_is_told_with_204);
    CPPUNIT_TEST(reading_needs_a_name);
    CPPUNIT_TEST(names_and_texts_stay_text);
    CPPUNIT_TEST_SUITE_END();

public:
    void people_come_with_their_last_message_and_what_is_unread() {
        services.add_person("carol", "p");
        add("bob", "alice", "one");
        add("bob", "alice", "two");
        const HttpResponse response = alice->get("/api/people/");
        CPPUNIT_ASSERT_EQUAL(200, response.status);
        const ValueList people = list(json_of(response), "people");
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, people.size());
        const ValueMap& person = *people[0].as<ValueMap>();
        CPPUNIT_ASSERT_EQUAL(std::string("bob"), *person.find_text("username"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, *person.find("unread")->as<std::int64_t>());
        CPPUNIT_ASSERT_EQUAL(std::string("two"),
                             *person.find("last_message")->as<ValueMap>()->find_text("text"));
        CPPUNIT_ASSERT(people[1].as<ValueMap>()->find("last_message")->is_nil());
    }

    void a_conversation_comes_oldest_first() {
        add("alice", "bob", "one");
        add("bob", "alice", "two");
        services.add_person("carol", "p");
        add("carol", "alice", "not here");
        const ValueMap body = json_of(alice->get("/api/messages/?with=bob"));
        CPPUNIT_ASSERT_EQUAL(std::string("one two "), texts(body));
        CPPUNIT_ASSERT(!*body.find("more")->as<bool>());
        const ValueMap& first = *list(body, "messages")[0].as<ValueMap>();
        for (const char* key : {"id", "sender", "recipient", "text", "message", "created_at"}) {
            CPPUNIT_ASSERT_MESSAGE(key, first.find_text(key) != nullptr);
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{6}, first.size());
    }

    void a_conversation_comes_in_pages() {
        for (int i = 0; i < 60; ++i)
            add("alice", "bob", std::to_string(i));
        ValueMap body = json_of(alice->get("/api/messages/?with=bob"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{50}, list(body, "messages").size());
        CPPUNIT_ASSERT(*body.find("more")->as<bool>());
        const std::string oldest = *list(body, "messages")[0].as<ValueMap>()->find_text("created_at");
        body = json_of(alice->get("/api/messages/?with=bob&limit=3&before=" + oldest));
        CPPUNIT_ASSERT_EQUAL(std::string("7 8 9 "), texts(body));
        body = json_of(alice->get("/api/messages/?with=bob&limit=2&after=2026-11-22T10:00:57.123456Z"));
        CPPUNIT_ASSERT_EQUAL(std::string("58 59 "), texts(body));
        alice->get("/api/messages/?with=bob&limit=1000000");
        CPPUNIT_ASSERT_EQUAL(std::size_t{200}, services.letters.last_query.limit);
    }

    void a_query_that_cannot_be_read_is_refused() {
        for (const char* query : {"",
                                  "?with=",
                                  "?with=%zz",
                                  "?with=%ff",
                                  "?with=bob&limit=0",
                                  "?with=bob&limit=-1",
                                  "?with=bob&limit=x",
                                  "?with=bob&limit=5x",
                                  "?with=bob&limit=99999999999999999999999",
                                  "?with=bob&after=yesterday",
                                  "?with=bob&before=2026-13-01T00:00:00Z"}) {
            assert_refused(alice->get(std::string("/api/messages/") + query), 400, "bad_request");
        }
    }

    void times_reach_the_database_in_one_form() {
        alice->get("/api/messages/?with=bob&after=2026-11-22T10:00:00.5Z&before=2026-11-22T10:00:00%2B00:00");
        CPPUNIT_ASSERT_EQUAL(std::string("2026-11-22T10:00:00.500000Z"), services.letters.last_query.after);
        CPPUNIT_ASSERT_EQUAL(std::string("2026-11-22T10:00:00.000000Z"), services.letters.last_query.before);
        CPPUNIT_ASSERT_EQUAL(std::string("alice"), services.letters.last_query.user);
        CPPUNIT_ASSERT_EQUAL(std::string("bob"), services.letters.last_query.with);
    }

    void a_conversation_with_nobody_is_404() {
        assert_refused(alice->get("/api/messages/?with=nobody"), 404, "no_such_person");
        CPPUNIT_ASSERT_EQUAL(200, alice->get("/api/messages/?with=bob").status);
    }

    void an_old_conversation_outlives_its_other_side() {
        add("bob", "alice", "farewell");
        services.people.people.erase("bob");
        CPPUNIT_ASSERT_EQUAL(std::string("farewell "), texts(json_of(alice->get("/api/messages/?with=bob"))));
    }

    void what_was_missed_is_everything_of_ones_own_since_then() {
        services.add_person("carol", "p");
        add("alice", "bob", "known");
        add("bob", "alice", "from-bob");
        add("carol", "bob", "not-mine");
        add("alice", "carol", "from-another-page");
        const ValueMap body = json_of(alice->get("/api/missed/?after=2026-11-22T10:00:00.123456Z"));
        CPPUNIT_ASSERT_EQUAL(std::string("from-bob from-another-page "), texts(body));
        CPPUNIT_ASSERT_EQUAL(std::size_t{500}, services.letters.last_query.limit);
        CPPUNIT_ASSERT(services.letters.last_query.with.empty());
    }

    void missed_needs_a_time() {
        for (const char* query : {"", "?after=", "?after=now", "?before=2026-11-22T10:00:00Z"}) {
            assert_refused(alice->get(std::string("/api/missed/") + query), 400, "bad_request");
        }
        CPPUNIT_ASSERT_EQUAL(200, alice->get("/api/missed/?after=1969-12-31T23:59:55.000Z").status);
    }

    void reading_is_told_with_204() {
        add("bob", "alice", "one");
        ValueMap body;
        body.set("with", "bob");
        const HttpResponse response = alice->post_json("/api/messages/read/", body);
        CPPUNIT_ASSERT_EQUAL(204, response.status);
        CPPUNIT_ASSERT(response.body.empty());
        CPPUNIT_ASSERT(!services.letters.stored[0].unread);
    }

    void reading_needs_a_name() {
        for (const char* body : {"", "{}", "[]", "{\"with\": 5}", "{\"with\": \"\"}"}) {
            assert_refused(alice->post_text("/api/messages/read/", body), 400, "bad_request");
        }
        alice->headers = {{"x-csrftoken", alice->cookies["csrftoken"]}};
        assert_refused(
            alice->request("POST", "/api/messages/read/", "text/plain", "{}"), 415, "unsupported_type");
    }

    void names_and_texts_stay_text() {
        const std::string name = "<script>\"";
        services.add_person(name, "p");
        add(name, "alice", "<b>&</b>");
        const ValueList people = list(json_of(alice->get("/api/people/")), "people");
        const ValueMap& person = *people[0].as<ValueMap>();
        CPPUNIT_ASSERT_EQUAL(name, *person.find_text("username"));
        const ValueMap& message = *person.find("last_message")->as<ValueMap>();
        CPPUNIT_ASSERT_EQUAL(std::string("<b>&</b>"), *message.find_text("text"));
        CPPUNIT_ASSERT_EQUAL(std::string("&lt;b&gt;&amp;&lt;/b&gt;"), *message.find_text("message"));
    }

private:
    void add(const std::string& sender, const std::string& recipient, const std::string& text) {
        Message message;
        message.id = std::to_string(services.letters.stored.size());
        message.sender = sender;
        message.recipient = recipient;
        message.text = text;
        loop.run(services.letters.store(message));
    }
    static const ValueList& list(const ValueMap& body, const char* key) {
        const Value* value = body.find(key);
        CPPUNIT_ASSERT(value != nullptr && value->as<ValueList>() != nullptr);
        return *value->as<ValueList>();
    }
    static std::string texts(const ValueMap& body) {
        std::string result;
        for (const Value& message : list(body, "messages"))
            result += *message.as<ValueMap>()->find_text("text") + ' ';
        return result;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MessageHandlersTest);

}  // namespace
}  // namespace zanhu::web_test
