#include "core/admin/codec.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

#include <zanhu/errors.h>

namespace zanhu::admin {
namespace {

Broadcast broadcast_to(std::string group, std::string user) {
    Broadcast broadcast("维护 at 10\n\"sharp\" \\ \x01");
    broadcast.group = std::move(group);
    broadcast.user = std::move(user);
    return broadcast;
}

Status busy_status() {
    Status status;
    status.daemon_version = "0.1.0";
    status.pid = 4711;
    status.uptime_seconds = 86400;
    status.connections = 12;
    status.websockets = 10;
    status.draining = true;
    status.counters = {{"a_total", 1}, {"b_total", std::int64_t{1} << 40}};
    return status;
}

std::string without_end(std::string line) {
    CPPUNIT_ASSERT(!line.empty() && line.back() == '\n');
    line.pop_back();
    CPPUNIT_ASSERT(line.find('\n') == std::string::npos);
    return line;
}

Refusal refusal_of(std::string_view line) {
    const auto decoded = decode_request(line);
    const auto* refusal = std::get_if<Refusal>(&decoded);
    CPPUNIT_ASSERT_MESSAGE("taken: " + std::string(line.substr(0, 200)), refusal != nullptr);
    return *refusal;
}

std::string problem_of_reply(std::string_view line) {
    try {
        decode_reply(line);
    } catch (const Error& error) {
        return error.what();
    }
    CPPUNIT_FAIL("taken: " + std::string(line));
    return {};
}

class AdminCodecTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(AdminCodecTest);
    CPPUNIT_TEST(a_request_has_a_fixed_form_on_the_wire);
    CPPUNIT_TEST(a_reply_has_a_fixed_form_on_the_wire);
    CPPUNIT_TEST(every_request_comes_back_as_it_was);
    CPPUNIT_TEST(every_reply_comes_back_as_it_was);
    CPPUNIT_TEST(every_failure_has_a_name_of_its_own);
    CPPUNIT_TEST(a_bad_request_is_refused_with_what_is_wrong);
    CPPUNIT_TEST(another_version_is_refused_as_such_whatever_else_is_in_the_line);
    CPPUNIT_TEST(the_longest_text_fits_and_one_byte_more_does_not);
    CPPUNIT_TEST(the_longest_text_fits_a_line_when_every_byte_is_escaped);
    CPPUNIT_TEST(a_line_over_the_limit_is_refused);
    CPPUNIT_TEST(a_text_that_is_not_utf8_cannot_be_encoded);
    CPPUNIT_TEST(a_bad_reply_is_an_error_that_says_what_to_do);
    CPPUNIT_TEST_SUITE_END();

public:
    void a_request_has_a_fixed_form_on_the_wire() {
        CPPUNIT_ASSERT_EQUAL(std::string("{\"version\": 1, \"request\": \"ping\"}\n"),
                             encode(Request(Ping())));
        CPPUNIT_ASSERT_EQUAL(
            std::string("{\"version\": 1, \"request\": \"user_changed\", \"user_id\": \"7\", "
                        "\"username\": \"\\u5f20\\u4e09\", \"what\": \"password\"}\n"),
            encode(Request(UserChanged("7", "张三", Change::password))));
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                "{\"version\": 1, \"request\": \"broadcast\", \"text\": \"hi\", \"user\": \"anna\"}\n"),
            encode(Request([] {
                Broadcast broadcast("hi");
                broadcast.user = "anna";
                return broadcast;
            }())));
    }

    void a_reply_has_a_fixed_form_on_the_wire() {
        CPPUNIT_ASSERT_EQUAL(std::string("{\"version\": 1, \"reply\": \"reached\", \"connections\": 3}\n"),
                             encode(Reply(Reached(3))));
        CPPUNIT_ASSERT_EQUAL(
            std::string("{\"version\": 1, \"reply\": \"refused\", \"why\": \"no_such_user\", "
                        "\"message\": \"nobody\"}\n"),
            encode(Reply(Refusal(Failure::no_such_user, "nobody"))));
    }

    void every_request_comes_back_as_it_was() {
        const std::vector<Request> requests = {Ping(),
                                               StatusQuery(),
                                               broadcast_to("", ""),
                                               broadcast_to("notifications", ""),
                                               broadcast_to("", "张三"),
                                               UserChanged("1", "anna", Change::disabled),
                                               UserChanged("2", "a@b", Change::deleted),
                                               UserChanged("3", "", Change::password)};
        for (const Request& request : requests) {
            const auto decoded = decode_request(without_end(encode(request)));
            const auto* back = std::get_if<Request>(&decoded);
            CPPUNIT_ASSERT_MESSAGE(encode(request), back != nullptr);
            CPPUNIT_ASSERT_MESSAGE(encode(request), *back == request);
        }
    }

    void every_reply_comes_back_as_it_was() {
        const std::vector<Reply> replies = {Pong(),
                                            Reached(0),
                                            Reached(20000),
                                            Closed(2),
                                            busy_status(),
                                            Status(),
                                            Refusal(Failure::timed_out, "too slow")};
        for (const Reply& reply : replies) {
            CPPUNIT_ASSERT_MESSAGE(encode(reply), decode_reply(without_end(encode(reply))) == reply);
        }
    }

    void every_failure_has_a_name_of_its_own() {
        for (int i = 0; i <= static_cast<int>(Failure::failed); ++i) {
            const Refusal refusal(static_cast<Failure>(i), "x");
            CPPUNIT_ASSERT(decode_reply(without_end(encode(Reply(refusal)))) == Reply(refusal));
        }
    }

    void a_bad_request_is_refused_with_what_is_wrong() {
        struct Case {
            const char* line;
            const char* said;
        };
        const Case cases[] = {
            {"", "not JSON"},
            {"hello", "not JSON"},
            {"{\"version\": 1, \"request\": \"ping\"", "not JSON"},
            {"{\"version\": 1, \"request\": \"\xff\"}", "not JSON"},
            {"[1, 2]", "not a JSON object"},
            {"{}", "'version' is missing"},
            {"{\"request\": \"ping\"}", "'version' is missing"},
            {"{\"version\": \"1\", \"request\": \"ping\"}", "'version' must be an integer"},
            {"{\"version\": 1.5, \"request\": \"ping\"}", "'version' must be an integer"},
            {"{\"version\": 1}", "'request' is missing"},
            {"{\"version\": 1, \"request\": 7}", "'request' must be a text"},
            {"{\"version\": 1, \"request\": \"stop\"}", "no request 'stop'"},
            {"{\"version\": 1, \"request\": \"ping\", \"x\": 1}", "no field 'x'"},
            {"{\"version\": 1, \"request\": \"status\", \"text\": \"a\"}", "no field 'text'"},
            {"{\"version\": 1, \"request\": \"broadcast\"}", "'text' is missing"},
            {"{\"version\": 1, \"request\": \"broadcast\", \"text\": null}", "'text' must be a text"},
            {"{\"version\": 1, \"request\": \"broadcast\", \"text\": \"\"}", "is empty"},
            {"{\"version\": 1, \"request\": \"broadcast\", \"text\": \"a\", \"group\": \"\"}",
             "'group' is empty"},
            {"{\"version\": 1, \"request\": \"broadcast\", \"text\": \"a\", \"user\": [\"b\"]}",
             "'user' must be a text"},
            {"{\"version\": 1, \"request\": \"broadcast\", \"text\": \"a\", \"group\": \"g\", \"user\": "
             "\"u\"}",
             "not to both"},
            {"{\"version\": 1, \"request\": \"user_changed\", \"username\": \"a\", \"what\": \"deleted\"}",
             "'user_id' is missing"},
            {"{\"version\": 1, \"request\": \"user_changed\", \"user_id\": 7, \"username\": \"a\", \"what\": "
             "\"deleted\"}",
             "'user_id' must be a text"},
            {"{\"version\": 1, \"request\": \"user_changed\", \"user_id\": \"\", \"username\": \"a\", "
             "\"what\": "
             "\"deleted\"}",
             "'user_id' is empty"},
            {"{\"version\": 1, \"request\": \"user_changed\", \"user_id\": \"7\", \"username\": \"a\", "
             "\"what\": "
             "\"enabled\"}",
             "'enabled' is no change"},
        };
        for (const Case& one : cases) {
            const Refusal refusal = refusal_of(one.line);
            CPPUNIT_ASSERT_MESSAGE(one.line, refusal.why == Failure::bad_request);
            CPPUNIT_ASSERT_MESSAGE(std::string(one.line) + " -> " + refusal.message,
                                   refusal.message.find(one.said) != std::string::npos);
        }
    }

    void another_version_is_refused_as_such_whatever_else_is_in_the_line() {
        for (const char* line :
             {"{\"version\": 2, \"request\": \"ping\"}", "{\"version\": 0, \"new\": []}"}) {
            const Refusal refusal = refusal_of(line);
            CPPUNIT_ASSERT_MESSAGE(line, refusal.why == Failure::unsupported_version);
            CPPUNIT_ASSERT_MESSAGE(refusal.message, refusal.message.find("zanhu-admin") != std::string::npos);
        }
    }

    void the_longest_text_fits_and_one_byte_more_does_not() {
        const std::string longest(k_max_text, 'x');
        CPPUNIT_ASSERT(decode_request(without_end(encode(Request(Broadcast(longest))))).index() == 0);
        const Refusal refusal = refusal_of(without_end(encode(Request(Broadcast(longest + "x")))));
        CPPUNIT_ASSERT(refusal.message.find("65537 bytes") != std::string::npos);
    }

    void the_longest_text_fits_a_line_when_every_byte_is_escaped() {
        const std::string line = without_end(encode(Request(Broadcast(std::string(k_max_text, '\x01')))));
        CPPUNIT_ASSERT(line.size() > 6 * k_max_text);
        CPPUNIT_ASSERT(decode_request(line).index() == 0);
    }

    void a_line_over_the_limit_is_refused() {
        std::string line = without_end(encode(Request(Ping())));
        line += std::string(k_max_line - line.size(), ' ');
        CPPUNIT_ASSERT(decode_request(line).index() == 0);
        CPPUNIT_ASSERT(refusal_of(line + " ").message.find("longer than") != std::string::npos);
    }

    void a_text_that_is_not_utf8_cannot_be_encoded() {
        CPPUNIT_ASSERT_THROW(encode(Request(Broadcast("\xff"))), Error);
    }

    void a_bad_reply_is_an_error_that_says_what_to_do() {
        struct Case {
            const char* line;
            const char* said;
        };
        const Case cases[] = {
            {"HTTP/1.1 400 Bad Request", "not JSON"},
            {"{\"version\": 2, \"reply\": \"pong\"}", "another version"},
            {"{\"version\": 1, \"reply\": \"maybe\"}", "no reply 'maybe'"},
            {"{\"version\": 1, \"reply\": \"pong\", \"extra\": true}", "no field 'extra'"},
            {"{\"version\": 1, \"reply\": \"reached\"}", "'connections' is missing"},
            {"{\"version\": 1, \"reply\": \"reached\", \"connections\": -1}", "must not be negative"},
            {"{\"version\": 1, \"reply\": \"closed\", \"sockets\": \"2\"}", "must be an integer"},
            {"{\"version\": 1, \"reply\": \"refused\", \"why\": \"mood\", \"message\": \"\"}",
             "no failure 'mood'"},
            {"{\"version\": 1, \"reply\": \"status\", \"daemon_version\": \"1\", \"pid\": 1, "
             "\"uptime_seconds\": 1, "
             "\"connections\": 1, \"websockets\": 1, \"draining\": 0, \"counters\": {}}",
             "'draining' must be true or false"},
            {"{\"version\": 1, \"reply\": \"status\", \"daemon_version\": \"1\", \"pid\": 1, "
             "\"uptime_seconds\": 1, "
             "\"connections\": 1, \"websockets\": 1, \"draining\": false, \"counters\": {\"a\": \"b\"}}",
             "'a' must be an integer"},
        };
        for (const Case& one : cases) {
            const std::string problem = problem_of_reply(one.line);
            CPPUNIT_ASSERT_MESSAGE(problem, problem.find(one.said) != std::string::npos);
            CPPUNIT_ASSERT_MESSAGE(problem, problem.find("zanhu-admin") != std::string::npos);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AdminCodecTest);

}  // namespace
}  // namespace zanhu::admin
