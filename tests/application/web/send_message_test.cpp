#include "web/send_message.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include "tests/application/web/browser.h"
#include "web/message_text.h"

namespace zanhu::web_test {
namespace {

constexpr const char* k_id = "0f8fad5b-d9cb-469f-a165-70867728950e";
constexpr const char* k_other_id = "7c9e6679-7425-40de-944b-e07fc1f90ae7";

std::string times(const char* text, std::size_t count) {
    std::string result;
    for (std::size_t i = 0; i < count; ++i)
        result += text;
    return result;
}

class SendMessageTest : public CPPUNIT_NS::TestFixture, private SiteFixture {
    CPPUNIT_TEST_SUITE(SendMessageTest);
    CPPUNIT_TEST(a_message_is_stored_and_answered);
    CPPUNIT_TEST(both_groups_are_told);
    CPPUNIT_TEST(the_groups_follow_the_settings_pattern);
    CPPUNIT_TEST(markup_is_escaped_in_the_fragment_only);
    CPPUNIT_TEST(the_same_id_stores_and_tells_once);
    CPPUNIT_TEST(the_case_of_an_id_does_not_matter);
    CPPUNIT_TEST(an_id_of_anothers_message_is_refused);
    CPPUNIT_TEST(bad_messages_are_refused_with_their_reason);
    CPPUNIT_TEST(what_is_no_json_object_of_texts_is_refused);
    CPPUNIT_TEST(the_longest_message_is_taken);
    CPPUNIT_TEST(only_json_is_read);
    CPPUNIT_TEST(a_refusal_is_in_the_readers_language);
    CPPUNIT_TEST(a_message_that_cannot_be_stored_is_not_told);
    CPPUNIT_TEST(a_message_that_cannot_be_told_is_stored_all_the_same);
    CPPUNIT_TEST_SUITE_END();

public:
    void a_message_is_stored_and_answered() {
        const HttpResponse response = post(k_id, "bob", "hello");
        CPPUNIT_ASSERT_EQUAL(201, response.status);
        ValueMap expected;
        expected.set("id", k_id)
            .set("sender", "alice")
            .set("recipient", "bob")
            .set("text", "hello")
            .set("message", "hello")
            .set("created_at", "2026-11-22T10:00:00.123456Z");
        CPPUNIT_ASSERT(expected == json_of(response));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, services.letters.stored.size());
        CPPUNIT_ASSERT_EQUAL(std::string("hello"), services.letters.stored[0].text);
    }

    void both_groups_are_told() {
        const ValueMap answer = json_of(post(k_id, "bob", "hello"));
        const auto& sent = services.layer.sent;
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, sent.size());
        CPPUNIT_ASSERT_EQUAL(std::string("bob"), sent[0].first);
        CPPUNIT_ASSERT_EQUAL(std::string("alice"), sent[1].first);
        for (const auto& [group, event] : sent) {
            CPPUNIT_ASSERT_EQUAL(std::string("receive"), event.type());
            ValueMap fields = event.fields();
            fields.remove("type");
            CPPUNIT_ASSERT(answer == fields);
        }
    }

    void the_groups_follow_the_settings_pattern() {
        services.options.user_group = "user_{username}";
        services.add_person("张三", "p");
        post(k_id, "张三", "hello");
        CPPUNIT_ASSERT_EQUAL(std::string("user_alice"), services.layer.sent.at(1).first);
        const std::string& group = services.layer.sent.at(0).first;
        CPPUNIT_ASSERT_MESSAGE("a name that a layer takes", group.starts_with("zanhu.user."));
    }

    void markup_is_escaped_in_the_fragment_only() {
        const std::string text = "<script>alert(\"1\")</script>\r\n& 'x'\nend";
        const std::string fragment =
            "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;<br>&amp; &#x27;x&#x27;<br>end";
        const ValueMap answer = json_of(post(k_id, "bob", text));
        CPPUNIT_ASSERT_EQUAL(text, *answer.find_text("text"));
        CPPUNIT_ASSERT_EQUAL(fragment, *answer.find_text("message"));
        CPPUNIT_ASSERT_EQUAL(text, std::string(services.layer.sent.at(0).second.text("text")));
        CPPUNIT_ASSERT_EQUAL(fragment, std::string(services.layer.sent.at(0).second.text("message")));
    }

    void the_same_id_stores_and_tells_once() {
        const ValueMap first = json_of(post(k_id, "bob", "hello"));
        const HttpResponse again = post(k_id, "bob", "hello");
        CPPUNIT_ASSERT_EQUAL(200, again.status);
        CPPUNIT_ASSERT(first == json_of(again));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, services.letters.stored.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, services.layer.sent.size());
    }

    void the_case_of_an_id_does_not_matter() {
        CPPUNIT_ASSERT_EQUAL(201, post("0F8FAD5B-D9CB-469F-A165-70867728950E", "bob", "hello").status);
        CPPUNIT_ASSERT_EQUAL(200, post(k_id, "bob", "hello").status);
        CPPUNIT_ASSERT_EQUAL(std::string(k_id), services.letters.stored.at(0).id);
    }

    void an_id_of_anothers_message_is_refused() {
        post(k_id, "bob", "hello");
        bob->log_in("bob", "bob's password");
        ValueMap body;
        body.set("id", k_id).set("to", "alice").set("message", "mine");
        assert_refused(bob->post_json("/api/messages/", body), 409, "message_bad_id");
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, services.layer.sent.size());
    }

    void bad_messages_are_refused_with_their_reason() {
        struct Case {
            const char* id;
            const char* to;
            std::string text;
            int status;
            const char* code;
        };
        const Case cases[] = {
            {k_id, "bob", "", 400, "message_empty"},
            {k_id, "bob", " \t\r\n", 400, "message_empty"},
            {k_id, "bob", "\u00a0\u3000\u2003", 400, "message_empty"},
            {k_id, "bob", times("x", web::k_longest_message + 1), 413, "message_too_long"},
            {k_id, "bob", times("张", web::k_longest_message + 1), 413, "message_too_long"},
            {k_id, "bob", std::string("a\0b", 3), 400, "bad_request"},
            {k_id, "alice", "to myself", 400, "message_to_self"},
            {k_id, "nobody", "hello", 404, "message_no_recipient"},
            {k_id, "", "hello", 404, "message_no_recipient"},
            {"", "bob", "hello", 400, "message_bad_id"},
            {"1", "bob", "hello", 400, "message_bad_id"},
            {"0f8fad5bd9cb469fa16570867728950e", "bob", "hello", 400, "message_bad_id"},
            {"0f8fad5b-d9cb-469f-a165-70867728950g", "bob", "hello", 400, "message_bad_id"},
            {"{0f8fad5b-d9cb-469f-a165-70867728950}", "bob", "hello", 400, "message_bad_id"},
        };
        for (const Case& c : cases)
            assert_refused(post(c.id, c.to, c.text), c.status, c.code);
        CPPUNIT_ASSERT(services.letters.stored.empty());
        CPPUNIT_ASSERT(services.layer.sent.empty());
    }

    void what_is_no_json_object_of_texts_is_refused() {
        const std::string id = k_id;
        const std::string bodies[] = {"",
                                      "{",
                                      "[]",
                                      "null",
                                      "\"text\"",
                                      "{}",
                                      "{\"id\":\"" + id + "\",\"to\":\"bob\"}",
                                      "{\"id\":\"" + id + "\",\"to\":\"bob\",\"message\":5}",
                                      "{\"id\":\"" + id + "\",\"to\":[\"bob\"],\"message\":\"x\"}",
                                      "{\"id\":\"" + id + "\",\"to\":\"bob\",\"message\":\"\xff\"}",
                                      "{\"id\":\"" + id + "\",\"to\":\"bob\",\"message\":\"x\"} and more"};
        for (const std::string& body : bodies)
            assert_refused(alice->post_text("/api/messages/", body), 400, "bad_request");
        CPPUNIT_ASSERT(services.letters.stored.empty());
    }

    void the_longest_message_is_taken() {
        CPPUNIT_ASSERT_EQUAL(201, post(k_id, "bob", times("😀", web::k_longest_message)).status);
        CPPUNIT_ASSERT_EQUAL(201, post(k_other_id, "bob", " x ").status);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(
            "as it was written", std::string(" x "), services.letters.stored.at(1).text);
    }

    void only_json_is_read() {
        ValueMap body;
        body.set("id", k_id).set("to", "bob").set("message", "hello");
        alice->headers = {{"x-csrftoken", alice->cookies["csrftoken"]}};
        for (const char* type :
             {"", "text/plain", "application/x-www-form-urlencoded", "application/jsonp"}) {
            const HttpResponse response = alice->request("POST", "/api/messages/", type, to_json(body));
            assert_refused(response, 415, "unsupported_type");
        }
        CPPUNIT_ASSERT_EQUAL(
            201,
            alice->request("POST", "/api/messages/", "Application/JSON ; charset=utf-8", to_json(body))
                .status);
    }

    void a_refusal_is_in_the_readers_language() {
        alice->headers = {{"accept-language", "zh-TW"}};
        const ValueMap body = json_of(post(k_id, "alice", "hello"));
        CPPUNIT_ASSERT_EQUAL(std::string("message_to_self"), *body.find_text("error"));
        CPPUNIT_ASSERT_EQUAL(std::string("不能给自己发消息。"), *body.find_text("detail"));
    }

    void a_message_that_cannot_be_stored_is_not_told() {
        services.letters.work.fault = Fault::storage;
        assert_refused(post(k_id, "bob", "hello"), 503, "storage");
        services.letters.work.fault = Fault::saturated;
        CPPUNIT_ASSERT_EQUAL(std::string("1"), post(k_id, "bob", "hello").header("retry-after"));
        CPPUNIT_ASSERT(services.layer.sent.empty());
    }

    void a_message_that_cannot_be_told_is_stored_all_the_same() {
        services.layer.work.fault = Fault::other;
        CPPUNIT_ASSERT_EQUAL(201, post(k_id, "bob", "hello").status);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, services.letters.stored.size());
    }

private:
    HttpResponse post(const std::string& id, const std::string& to, const std::string& text) {
        ValueMap body;
        body.set("id", id).set("to", to).set("message", text);
        return alice->post_json("/api/messages/", body);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SendMessageTest);

}  // namespace
}  // namespace zanhu::web_test
