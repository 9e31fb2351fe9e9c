#include "core/http/response.h"

#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <stdexcept>
#include <string>
#include <string_view>

namespace {

using zanhu::Headers;
using zanhu::http::ConnectionOptions;
using zanhu::http::encode_response_head;

constexpr std::string_view k_date = "Sun, 06 Nov 1994 08:49:37 GMT";

ConnectionOptions options(bool keep_alive, std::optional<std::uint64_t> length, bool http10) {
    ConnectionOptions made;
    made.keep_alive = keep_alive;
    made.content_length = length;
    made.http10 = http10;
    return made;
}

// What a head has behind Server, Date and no other fields.
std::string framing(int status, const ConnectionOptions& connection) {
    const std::string head = encode_response_head(status, {}, connection, k_date);
    return head.substr(head.find(k_date) + k_date.size() + 2);
}

class ResponseTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(ResponseTest);
    CPPUNIT_TEST(a_head_has_status_server_date_and_the_fields_in_order);
    CPPUNIT_TEST(the_body_is_framed_by_version_and_status);
    CPPUNIT_TEST(framing_fields_of_the_application_are_not_sent);
    CPPUNIT_TEST(an_upgrade_field_is_named_in_connection);
    CPPUNIT_TEST(a_101_keeps_its_connection_field_and_has_no_body);
    CPPUNIT_TEST(date_and_server_of_the_application_replace_ours);
    CPPUNIT_TEST(a_status_without_phrase_is_sent_and_an_impossible_one_refused);
    CPPUNIT_TEST(a_simple_response_is_complete);
    CPPUNIT_TEST(a_simple_response_to_head_has_no_body);
    CPPUNIT_TEST(dates_are_rfc_9110_dates);
    CPPUNIT_TEST(chunks_are_hexadecimal);
    CPPUNIT_TEST_SUITE_END();

public:
    void a_head_has_status_server_date_and_the_fields_in_order() {
        const Headers headers = {{"Set-Cookie", "a=1"}, {"X", "y"}, {"Set-Cookie", "b=2"}};
        CPPUNIT_ASSERT_EQUAL(
            std::string("HTTP/1.1 404 Not Found\r\nServer: zanhu\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                        "set-cookie: a=1\r\nx: y\r\nset-cookie: b=2\r\nContent-Length: 5\r\n\r\n"),
            encode_response_head(404, headers, options(true, 5, false), k_date));
    }

    void the_body_is_framed_by_version_and_status() {
        struct Case {
            int status;
            ConnectionOptions connection;
            std::string expected;
            bool chunked, closes;
        };
        const Case cases[] = {
            {200, options(true, 0, false), "Content-Length: 0\r\n\r\n", false, false},
            {200, options(false, 7, false), "Content-Length: 7\r\nConnection: close\r\n\r\n", false, true},
            {200,
             options(true, 7, true),
             "Content-Length: 7\r\nConnection: keep-alive\r\n\r\n",
             false,
             false},
            {200, options(false, 7, true), "Content-Length: 7\r\nConnection: close\r\n\r\n", false, true},
            {200, options(true, {}, false), "Transfer-Encoding: chunked\r\n\r\n", true, false},
            {200, options(true, {}, true), "Connection: close\r\n\r\n", false, true},
            {204, options(true, {}, false), "\r\n", false, false},
            {204, options(true, 0, false), "\r\n", false, false},
            {304, options(true, {}, true), "Connection: keep-alive\r\n\r\n", false, false},
        };
        for (const Case& c : cases) {
            CPPUNIT_ASSERT_EQUAL(c.expected, framing(c.status, c.connection));
            CPPUNIT_ASSERT_EQUAL(c.chunked, zanhu::http::is_chunked(c.status, c.connection));
            CPPUNIT_ASSERT_EQUAL(c.closes, zanhu::http::closes(c.status, c.connection));
        }
    }

    void framing_fields_of_the_application_are_not_sent() {
        const Headers headers = {
            {"Content-Length", "99"}, {"Transfer-Encoding", "chunked"}, {"Connection", "close"}};
        const std::string head = encode_response_head(200, headers, options(true, 2, false), {});
        CPPUNIT_ASSERT_EQUAL(std::string("HTTP/1.1 200 OK\r\nServer: zanhu\r\nContent-Length: 2\r\n\r\n"),
                             head);
    }

    void an_upgrade_field_is_named_in_connection() {
        const Headers headers = {{"Upgrade", "websocket"}};
        const auto connection_of = [&headers](const ConnectionOptions& connection) {
            const std::string head = encode_response_head(426, headers, connection, {});
            const std::size_t at = head.find("\r\nConnection: ");
            CPPUNIT_ASSERT_MESSAGE(head, at != std::string::npos);
            return head.substr(at + 14, head.find("\r\n", at + 2) - at - 14);
        };
        CPPUNIT_ASSERT_EQUAL(std::string("Upgrade"), connection_of(options(true, 0, false)));
        CPPUNIT_ASSERT_EQUAL(std::string("close, Upgrade"), connection_of(options(false, 0, false)));
        CPPUNIT_ASSERT_EQUAL(std::string("keep-alive, Upgrade"), connection_of(options(true, 0, true)));
    }

    void a_101_keeps_its_connection_field_and_has_no_body() {
        const Headers headers = {{"Connection", "Upgrade"}, {"Upgrade", "websocket"}};
        CPPUNIT_ASSERT_EQUAL(
            std::string("HTTP/1.1 101 Switching Protocols\r\nServer: zanhu\r\nconnection: Upgrade\r\n"
                        "upgrade: websocket\r\n\r\n"),
            encode_response_head(101, headers, options(false, {}, false), {}));
    }

    void date_and_server_of_the_application_replace_ours() {
        const Headers headers = {{"Server", "x"}, {"Date", "y"}};
        CPPUNIT_ASSERT_EQUAL(
            std::string("HTTP/1.1 200 OK\r\nserver: x\r\ndate: y\r\nContent-Length: 0\r\n\r\n"),
            encode_response_head(200, headers, options(true, 0, false), k_date));
    }

    void a_status_without_phrase_is_sent_and_an_impossible_one_refused() {
        CPPUNIT_ASSERT(encode_response_head(299, {}, {}, {}).starts_with("HTTP/1.1 299 \r\n"));
        CPPUNIT_ASSERT_EQUAL(std::string("Upgrade Required"), std::string(zanhu::http::reason_phrase(426)));
        for (const int status : {-1, 0, 99, 1000}) {
            CPPUNIT_ASSERT_THROW((void)encode_response_head(status, {}, {}, {}), std::invalid_argument);
        }
    }

    void a_simple_response_is_complete() {
        CPPUNIT_ASSERT_EQUAL(std::string("HTTP/1.1 405 Method Not Allowed\r\nServer: zanhu\r\nallow: GET\r\n"
                                         "content-type: text/plain; charset=utf-8\r\nContent-Length: 8\r\n"
                                         "Connection: close\r\n\r\nuse GET\n"),
                             zanhu::http::simple_response(405, "use GET", {{"Allow", "GET"}}));
        const std::string kept = zanhu::http::simple_response(404, "gone", {}, true, k_date);
        CPPUNIT_ASSERT(kept.find("Connection") == std::string::npos);
        CPPUNIT_ASSERT(kept.find("Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n") != std::string::npos);
    }

    void a_simple_response_to_head_has_no_body() {
        const std::string response = zanhu::http::simple_response(404, "gone", {}, true, k_date, true);
        CPPUNIT_ASSERT(response.ends_with("Content-Length: 5\r\n\r\n"));
    }

    void dates_are_rfc_9110_dates() {
        CPPUNIT_ASSERT_EQUAL(std::string(k_date), zanhu::http::http_date(784111777));
        CPPUNIT_ASSERT_EQUAL(std::string("Thu, 01 Jan 1970 00:00:00 GMT"), zanhu::http::http_date(0));
    }

    void chunks_are_hexadecimal() {
        CPPUNIT_ASSERT_EQUAL(std::string("1\r\n"), zanhu::http::encode_chunk_header(1));
        CPPUNIT_ASSERT_EQUAL(std::string("1f4\r\n"), zanhu::http::encode_chunk_header(500));
        CPPUNIT_ASSERT_EQUAL(std::string("ffffffffffffffff\r\n"),
                             zanhu::http::encode_chunk_header(~std::uint64_t(0)));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ResponseTest);

}  // namespace
