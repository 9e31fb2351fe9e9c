#include "core/http/request_head.h"

#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "core/http/request_line.h"

namespace {

using zanhu::Field;
using zanhu::http::HeadLimits;
using zanhu::http::HeadParser;
using zanhu::http::HeadResult;
using zanhu::http::RequestHead;
using Kind = HeadResult::Kind;

struct Outcome {
    HeadResult result = HeadResult::need_more();
    std::size_t consumed = 0;  // in all
    RequestHead head;
};

// Feeds `bytes` in pieces of `piece` bytes, the first one of `first` bytes, until the parser has made up its
// mind.
Outcome parse(std::string_view bytes, std::size_t first, std::size_t piece, HeadLimits limits = {}) {
    Outcome outcome;
    HeadParser parser(limits);
    std::size_t size = first;
    while (!bytes.empty() && outcome.result.kind == Kind::need_more) {
        std::size_t consumed = 0;
        outcome.result = parser.feed(bytes.substr(0, size), consumed);
        CPPUNIT_ASSERT(parser.buffered() <= limits.max_size);
        outcome.consumed += consumed;
        bytes.remove_prefix(std::min(consumed, bytes.size()));
        size = piece;
    }
    if (outcome.result.kind == Kind::complete) outcome.head = parser.take();
    return outcome;
}

Outcome parse(std::string_view bytes, HeadLimits limits = {}) {
    return parse(bytes, bytes.size(), bytes.size(), limits);
}

std::string describe(const Outcome& outcome) {
    const RequestHead& head = outcome.head;
    std::string text =
        std::to_string(outcome.result.status) + " " + std::string(outcome.result.reason) + "\n";
    for (const std::string& part :
         {head.method, head.raw_target, head.raw_path, head.query_string, head.path, head.host}) {
        text += part + "\n";
    }
    for (const Field field : head.headers)
        text.append(field.name).append("=").append(field.value).append("\n");
    text += head.content_length ? std::to_string(*head.content_length) : "no length";
    return text + " 1." + std::to_string(head.minor_version) + (head.keep_alive ? " keep" : " close") +
           (head.expect_continue ? " expect" : "");
}

std::string get(std::string_view fields) {
    return "GET / HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n";
}

constexpr std::string_view k_upgrade =
    "GET /ws/%E5%BC%A0/?a=%zz&b HTTP/1.1\r\nHost: chat.example.com:8000\r\nConnection: keep-alive, "
    "Upgrade\r\n"
    "Upgrade: websocket\r\nOrigin: http://chat.example.com:8000\r\nSec-WebSocket-Version: 13\r\n"
    "Cookie:   csrftoken=x; sessionid=y \t\r\nX-Empty:\r\nSec-WebSocket-Key:dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

struct Case {
    std::string head;
    int status;
};

void assert_statuses(const std::vector<Case>& cases, HeadLimits limits = {}) {
    for (const Case& c : cases) {
        const Outcome outcome = parse(c.head, limits);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(c.head.substr(0, 300), c.status, outcome.result.status);
        CPPUNIT_ASSERT_MESSAGE(c.head, outcome.result.is_error() == !outcome.result.reason.empty());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(
            c.head.substr(0, 300), describe(outcome), describe(parse(c.head, 1, 1, limits)));
    }
}

class RequestHeadTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(RequestHeadTest);
    CPPUNIT_TEST(an_upgrade_request_is_taken_apart);
    CPPUNIT_TEST(a_head_cut_anywhere_gives_the_same_result);
    CPPUNIT_TEST(a_second_request_in_the_same_bytes_is_left_for_the_next_turn);
    CPPUNIT_TEST(bytes_behind_a_head_that_came_in_pieces_are_not_consumed);
    CPPUNIT_TEST(a_parser_starts_afresh_for_every_request);
    CPPUNIT_TEST(nothing_is_held_between_requests);
    CPPUNIT_TEST(request_lines_are_strict);
    CPPUNIT_TEST(targets_are_split_into_path_and_query);
    CPPUNIT_TEST(targets_are_strict);
    CPPUNIT_TEST(field_lines_are_strict);
    CPPUNIT_TEST(hosts_are_checked);
    CPPUNIT_TEST(the_host_of_an_absolute_target_stands_above_the_field);
    CPPUNIT_TEST(authorities_are_checked);
    CPPUNIT_TEST(body_lengths_are_checked);
    CPPUNIT_TEST(expectations_are_checked);
    CPPUNIT_TEST(keep_alive_follows_version_and_connection);
    CPPUNIT_TEST(underscore_fields_are_left_out_but_counted_and_checked);
    CPPUNIT_TEST(encoded_words_stay_as_they_are);
    CPPUNIT_TEST(values_keep_their_bytes);
    CPPUNIT_TEST(several_origins_are_all_kept);
    CPPUNIT_TEST(limits_hold_to_the_byte);
    CPPUNIT_TEST(an_endless_head_is_refused_without_being_held);
    CPPUNIT_TEST_SUITE_END();

public:
    void an_upgrade_request_is_taken_apart() {
        const Outcome outcome = parse(k_upgrade);
        CPPUNIT_ASSERT(outcome.result.kind == Kind::complete);
        CPPUNIT_ASSERT_EQUAL(k_upgrade.size(), outcome.consumed);
        CPPUNIT_ASSERT_EQUAL(
            std::string("200 \nGET\n/ws/%E5%BC%A0/?a=%zz&b\n/ws/%E5%BC%A0/\na=%zz&b\n/ws/张/\n"
                        "chat.example.com:8000\nhost=chat.example.com:8000\n"
                        "connection=keep-alive, Upgrade\nupgrade=websocket\n"
                        "origin=http://chat.example.com:8000\nsec-websocket-version=13\n"
                        "cookie=csrftoken=x; sessionid=y\nx-empty=\n"
                        "sec-websocket-key=dGhlIHNhbXBsZSBub25jZQ==\nno length 1.1 keep"),
            describe(outcome));
    }

    void a_head_cut_anywhere_gives_the_same_result() {
        const std::string whole = describe(parse(k_upgrade));
        for (std::size_t cut = 1; cut <= k_upgrade.size(); ++cut) {
            CPPUNIT_ASSERT_EQUAL(whole, describe(parse(k_upgrade, cut, k_upgrade.size())));
        }
        for (std::size_t piece = 1; piece < 8; ++piece) {
            const Outcome outcome = parse(k_upgrade, piece, piece);
            CPPUNIT_ASSERT_EQUAL(whole, describe(outcome));
            CPPUNIT_ASSERT_EQUAL(k_upgrade.size(), outcome.consumed);
        }
    }

    void a_second_request_in_the_same_bytes_is_left_for_the_next_turn() {
        const std::string first = "GET /one HTTP/1.1\r\nHost: a\r\n\r\n";
        const std::string second = "POST /two HTTP/1.1\r\nHost: b\r\nContent-Length: 2\r\n\r\n";
        const std::string both = first + second + "hi";
        HeadParser parser;
        std::size_t consumed = 0;
        CPPUNIT_ASSERT(parser.feed(both, consumed).kind == Kind::complete);
        CPPUNIT_ASSERT_EQUAL(first.size(), consumed);
        CPPUNIT_ASSERT_EQUAL(std::string("/one"), parser.take().path);
        CPPUNIT_ASSERT(parser.feed(std::string_view(both).substr(consumed), consumed).kind == Kind::complete);
        CPPUNIT_ASSERT_EQUAL(second.size(), consumed);
        const RequestHead head = parser.take();
        CPPUNIT_ASSERT_EQUAL(std::string("/two"), head.path);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), head.headers.all("host").size());
        CPPUNIT_ASSERT(head.content_length == 2U);
    }

    void bytes_behind_a_head_that_came_in_pieces_are_not_consumed() {
        const std::string bytes = std::string(k_upgrade) + "GET /next";
        for (std::size_t cut = 1; cut < k_upgrade.size(); ++cut) {
            const Outcome outcome = parse(bytes, cut, bytes.size());
            CPPUNIT_ASSERT(outcome.result.kind == Kind::complete);
            CPPUNIT_ASSERT_EQUAL(k_upgrade.size(), outcome.consumed);
        }
    }

    void a_parser_starts_afresh_for_every_request() {
        HeadParser parser;
        for (std::size_t size = 1; size < 200; ++size) {
            const std::string target = "/" + std::string(size, 'a');
            for (const std::string& head : {get(""), "GET " + target + " HTTP/1.1\r\nHost: b\r\n\r\n"}) {
                std::size_t consumed = 0;
                CPPUNIT_ASSERT(parser.feed(head, consumed).kind == Kind::complete);
                CPPUNIT_ASSERT_EQUAL(std::size_t(1), parser.take().headers.size());
            }
        }
    }

    void nothing_is_held_between_requests() {
        HeadParser parser;
        std::size_t consumed = 0;
        CPPUNIT_ASSERT(parser.feed("", consumed).kind == Kind::need_more);
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), parser.buffered());
        CPPUNIT_ASSERT(parser.feed(k_upgrade.substr(0, 9), consumed).kind == Kind::need_more);
        CPPUNIT_ASSERT_EQUAL(std::size_t(9), parser.buffered());
        CPPUNIT_ASSERT(parser.feed(k_upgrade.substr(9), consumed).kind == Kind::complete);
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), parser.buffered());
    }

    void request_lines_are_strict() {
        const std::string rest = "\r\nHost: a\r\n\r\n";
        assert_statuses({
            {"GET / HTTP/1.1" + rest, 200},
            {"GET / HTTP/1.0" + rest, 200},
            {"get / HTTP/1.1" + rest, 200},
            {"M-SEARCH / HTTP/1.1" + rest, 200},
            {"\r\nGET / HTTP/1.1" + rest, 200},
            {"\r\n\r\nGET / HTTP/1.1" + rest, 400},
            {"\r\n\r\n", 400},
            {"\nGET / HTTP/1.1" + rest, 400},
            {" GET / HTTP/1.1" + rest, 400},
            {"GET  / HTTP/1.1" + rest, 400},
            {"GET /  HTTP/1.1" + rest, 400},
            {"GET  HTTP/1.1" + rest, 400},
            {"GET / HTTP/1.1 " + rest, 400},
            {"GET\t/ HTTP/1.1" + rest, 400},
            {"GET / a HTTP/1.1" + rest, 400},
            {"GET HTTP/1.1" + rest, 400},
            {"GET /" + rest, 400},
            {"GET" + rest, 400},
            {"G(T / HTTP/1.1" + rest, 400},
            {"GET / http/1.1" + rest, 400},
            {"GET / HTTP/1.1x" + rest, 400},
            {"GET / HTTP/11" + rest, 400},
            {"GET / HTTP/1.2" + rest, 505},
            {"GET / HTTP/0.9" + rest, 505},
            {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
            {"GET / HTTP/1.1\nHost: a\n\n", 400},
            {"GET / HTTP/1.1\rHost: a\r\n\r\n", 400},
            {"CONNECT a:443 HTTP/1.1" + rest, 405},
        });
    }

    void targets_are_split_into_path_and_query() {
        struct TargetCase {
            std::string target, raw_path, query, path;
        };
        const std::vector<TargetCase> cases = {
            {"/", "/", "", "/"},
            {"/a%20b/?x=%20", "/a%20b/", "x=%20", "/a b/"},
            {"/?", "/", "", "/"},
            {"/a?b?c", "/a", "b?c", "/a"},
            {"//evil/x", "//evil/x", "", "//evil/x"},
            {"/ws/ech%6f/", "/ws/ech%6f/", "", "/ws/echo/"},
            {"/%2e%2E/x+y", "/%2e%2E/x+y", "", "/../x+y"},
            {"http://a/p?q", "/p", "q", "/p"},
            {"HTTPS://A/p", "/p", "", "/p"},
            {"http://a", "/", "", "/"},
            {"http://a?q=/", "/", "q=/", "/"},
        };
        for (const TargetCase& c : cases) {
            const Outcome outcome = parse("GET " + c.target + " HTTP/1.1\r\nHost: a\r\n\r\n");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(c.target, 200, outcome.result.status);
            CPPUNIT_ASSERT_EQUAL(c.target, outcome.head.raw_target);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(c.target, c.raw_path, outcome.head.raw_path);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(c.target, c.query, outcome.head.query_string);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(c.target, c.path, outcome.head.path);
        }
        CPPUNIT_ASSERT_EQUAL(std::string("*"), parse("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").head.path);
        CPPUNIT_ASSERT_EQUAL(std::string("h:80"), parse("GET http://h:80/ HTTP/1.0\r\n\r\n").head.host);
    }

    void targets_are_strict() {
        std::vector<Case> cases;
        const std::vector<std::string> refused = {
            "*",         "a",           "a:80",        "ftp://a/",   "http:/a",       "http://",
            "http:///x", "http://a:x/", "http://u@a/", "http://a#x", "/#x",           "/\x01",
            "/\x7f",     "/\xc3\xa9",   "/%",          "/%2",        "/%zz",          "/%00",
            "/%ff",      "/%c3",        "/%c0%af",     "/%ed%a0%80", "/%f4%90%80%80", "/%e5%bc?%a0",
            "/x\ty",     "://a/",       "?x",
        };
        for (const std::string& target : refused)
            cases.push_back({"GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n", 400});
        assert_statuses(cases);
    }

    void field_lines_are_strict() {
        assert_statuses({
            {get("X: 1\r\n"), 200},
            {get("X:1\r\n"), 200},
            {get("X:\r\n"), 200},
            {get("X:\t a\tb \r\n"), 200},
            {get("X: \xe9\x80\r\n"), 200},
            {get("X : 1\r\n"), 400},
            {get("X\t: 1\r\n"), 400},
            {get(": 1\r\n"), 400},
            {get("X\r\n"), 400},
            {get("X@Y: 1\r\n"), 400},
            {get("X\xe9: 1\r\n"), 400},
            {get("X: 1\r\n 2\r\n"), 400},
            {get("X: 1\r\n\t2\r\n"), 400},
            {get("X: 1\r\n \r\n"), 400},
            {get(" X: 1\r\n"), 400},
            {get("X: 1\n"), 400},
            {get("X: 1\nY: 2\r\n"), 400},
            {get("X: 1\rY: 2\r\n"), 400},
            {get("X: 1\r\r\n"), 400},
            {get(std::string_view("X: a\0b\r\n", 8)), 400},
            {get("X: 12345678\x1b\r\n"), 400},
            {get("X: 1234567\x7f\r\n"), 400},
            {get("X: \x01"
                 "2345678\r\n"),
             400},
        });
    }

    void hosts_are_checked() {
        const auto with = [](std::string_view fields) {
            return "GET / HTTP/1.1\r\n" + std::string(fields) + "\r\n";
        };
        assert_statuses({
            {with("Host: a\r\n"), 200},
            {with("HOST: a:80\r\n"), 200},
            {with(""), 400},
            {with("Host:\r\n"), 400},
            {with("Host: a\r\nHost: a\r\n"), 400},
            {with("Host: a, b\r\n"), 400},
            {with("Host: a b\r\n"), 400},
            {with("Host: a/b\r\n"), 400},
            {"GET / HTTP/1.0\r\n\r\n", 200},
            {"GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", 400},
            {"GET / HTTP/1.0\r\nHost: a b\r\n\r\n", 400},
            {"GET http://a/ HTTP/1.1\r\n\r\n", 400},
            {"GET http://a/ HTTP/1.1\r\nHost: b\r\n\r\n", 200},
            {"GET http://a/ HTTP/1.1\r\nHost: b\r\nHost: a\r\n\r\n", 400},
            {"GET http://a/ HTTP/1.1\r\nHost: b c\r\n\r\n", 400},
        });
    }

    void the_host_of_an_absolute_target_stands_above_the_field() {
        for (const char* fields : {"", "Host: a:80\r\n", "Host: evil\r\n"}) {
            const RequestHead head =
                parse("GET http://a:80/ HTTP/1.0\r\nX-One: 1\r\n" + std::string(fields) + "X-Two: 2\r\n\r\n")
                    .head;
            CPPUNIT_ASSERT_EQUAL(std::string("a:80"), head.host);
            CPPUNIT_ASSERT(head.headers.all("host") == std::vector<std::string_view>{"a:80"});
            CPPUNIT_ASSERT(head.headers.find("x-one") == "1" && head.headers.find("x-two") == "2");
        }
        const RequestHead other = parse("GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n").head;
        CPPUNIT_ASSERT(other.host == "b" && other.headers.find("host") == "b");
        const RequestHead usual = parse("GET / HTTP/1.1\r\nHost: a\r\n\r\n").head;
        CPPUNIT_ASSERT(usual.host == "a" && usual.headers.find("host") == "a");
    }

    void authorities_are_checked() {
        for (const char* good :
             {"a", "A.b-c_d~1", "127.0.0.1:8000", "a:0", "a:65535", "[::1]", "[::1]:80", "[2001:db8::1]"}) {
            CPPUNIT_ASSERT_MESSAGE(good, zanhu::http::is_authority(good));
        }
        for (const char* bad : {"",        ":80", "a:",        "a:65536",     "a:-1", "a:8x",
                                "a:80:80", "u@a", "a%41",      "[::1",        "::1",  "[]",
                                "[::g]",   "[a]", "[::1]x",    "[::1]:",      "a,b",  "a\xc3\xa9",
                                "a\\b",    "a?",  "[1::2::3]", "[::1%25eth0]"}) {
            CPPUNIT_ASSERT_MESSAGE(bad, !zanhu::http::is_authority(bad));
        }
    }

    void body_lengths_are_checked() {
        const auto post = [](std::string_view fields) {
            return "POST / HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n";
        };
        assert_statuses({
            {post("Content-Length: 0\r\n"), 200},
            {post("Content-Length: 18446744073709551615\r\n"), 200},
            {get("Content-Length: 5\r\n"), 200},
            {post(""), 411},
            {"PUT / HTTP/1.1\r\nHost: a\r\n\r\n", 411},
            {"PATCH / HTTP/1.0\r\nHost: a\r\n\r\n", 411},
            {"DELETE / HTTP/1.1\r\nHost: a\r\n\r\n", 200},
            {post("Content-Length: 18446744073709551616\r\n"), 400},
            {post("Content-Length:\r\n"), 400},
            {post("Content-Length: +1\r\n"), 400},
            {post("Content-Length: -1\r\n"), 400},
            {post("Content-Length: 0x1\r\n"), 400},
            {post("Content-Length: 1 1\r\n"), 400},
            {post("Content-Length: 1, 1\r\n"), 400},
            {post("Content-Length: 1\r\nContent-Length: 1\r\n"), 400},
            {post("Content-Length: 1\r\nContent-Length: 2\r\n"), 400},
            {post("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"), 400},
            {post("Transfer-Encoding: identity\r\nContent-Length: 1\r\n"), 400},
            {post("Transfer-Encoding: chunked\r\n"), 411},
            {get("Transfer-Encoding: Chunked\r\n"), 411},
            {post("Transfer-Encoding: gzip, chunked\r\n"), 501},
            {post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 501},
            {post("Transfer-Encoding:\r\n"), 501},
            {post("Transfer-Encoding: identity\r\n"), 501},
        });
        CPPUNIT_ASSERT(parse(post("content-length: 0012\r\n")).head.content_length == 12U);
        CPPUNIT_ASSERT(!parse(get("")).head.content_length);
    }

    void expectations_are_checked() {
        CPPUNIT_ASSERT(parse(get("Expect: 100-Continue\r\n")).head.expect_continue);
        CPPUNIT_ASSERT(!parse(get("")).head.expect_continue);
        CPPUNIT_ASSERT(!parse("GET / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n").head.expect_continue);
        assert_statuses({
            {get("Expect: 100-continue\r\nExpect: 100-continue\r\n"), 200},
            {get("Expect: 200-ok\r\n"), 417},
            {get("Expect:\r\n"), 417},
            {get("Expect: 100-continue, x\r\n"), 417},
            {get("Expect: x\r\nExpect: 100-continue\r\n"), 417},
        });
    }

    void keep_alive_follows_version_and_connection() {
        const auto keeps = [](std::string_view version, std::string_view fields) {
            return parse("GET / " + std::string(version) + "\r\nHost: a\r\n" + std::string(fields) + "\r\n")
                .head.keep_alive;
        };
        CPPUNIT_ASSERT(keeps("HTTP/1.1", ""));
        CPPUNIT_ASSERT(keeps("HTTP/1.1", "Connection: Upgrade\r\n"));
        CPPUNIT_ASSERT(!keeps("HTTP/1.1", "Connection: x, CLOSE\r\n"));
        CPPUNIT_ASSERT(!keeps("HTTP/1.1", "Connection: close\r\nConnection: keep-alive\r\n"));
        CPPUNIT_ASSERT(keeps("HTTP/1.1", "Connection: closed\r\n"));
        CPPUNIT_ASSERT(!keeps("HTTP/1.0", ""));
        CPPUNIT_ASSERT(keeps("HTTP/1.0", "Connection: Keep-Alive\r\n"));
        CPPUNIT_ASSERT(!keeps("HTTP/1.0", "Connection: keep-alive, close\r\n"));
    }

    void underscore_fields_are_left_out_but_counted_and_checked() {
        const Outcome outcome =
            parse(get("X_Forwarded_For: 1.2.3.4\r\nContent_Length: 7\r\nHo_st: b\r\nX: 1\r\n"));
        CPPUNIT_ASSERT_EQUAL(200, outcome.result.status);
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), outcome.head.headers.size());
        CPPUNIT_ASSERT(!outcome.head.content_length);
        assert_statuses({{get("a_b: \x01\r\n"), 400}, {get("a_b : 1\r\n"), 400}, {get(" a_b: 1\r\n"), 400}});
        HeadLimits limits;
        limits.max_fields = 2;
        assert_statuses({{get("a_b: 1\r\n"), 200}, {get("a_b: 1\r\na_c: 1\r\n"), 431}}, limits);
    }

    void encoded_words_stay_as_they_are() {
        const RequestHead head =
            parse(get("Origin: =?utf-8?B?aHR0cDovL2dvb2Q=?=\r\nX: =?utf-8?Q?a=0D=0AInj:_1?=\r\n")).head;
        CPPUNIT_ASSERT(head.headers.find("origin") == "=?utf-8?B?aHR0cDovL2dvb2Q=?=");
        CPPUNIT_ASSERT(head.headers.find("x") == "=?utf-8?Q?a=0D=0AInj:_1?=");
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), head.headers.size());
    }

    void values_keep_their_bytes() {
        const RequestHead head = parse(get("X-Name: \xe5\xbc\xa0 \xff\r\nY: a:b:\"c\"\r\n")).head;
        CPPUNIT_ASSERT(head.headers.find("x-name") == "\xe5\xbc\xa0 \xff");
        CPPUNIT_ASSERT(head.headers.find("y") == "a:b:\"c\"");
    }

    void several_origins_are_all_kept() {
        const RequestHead head = parse(get("Origin: http://one\r\nOrigin: http://two\r\n")).head;
        const std::vector<std::string_view> expected = {"http://one", "http://two"};
        CPPUNIT_ASSERT(head.headers.all("Origin") == expected);
    }

    void limits_hold_to_the_byte() {
        HeadLimits limits;
        limits.max_target = 100;
        limits.max_size = 300;
        limits.max_fields = 3;
        const auto target = [](std::size_t size) {
            return "GET /" + std::string(size - 1, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n";
        };
        const auto sized = [](std::size_t size) {
            return get("X: " + std::string(size - get("X: \r\n").size(), 'a') + "\r\n");
        };
        CPPUNIT_ASSERT_EQUAL(std::size_t(300), sized(300).size());
        assert_statuses(
            {
                {target(100), 200},
                {target(101), 414},
                {target(2000), 414},
                {sized(300), 200},
                {sized(300) + std::string(500, 'b'), 200},
                {sized(301), 431},
                {sized(5000), 431},
                {"\r\n" + sized(298), 200},
                {"\r\n" + sized(299), 431},
                {std::string(301, 'G'), 431},
                {get("a: 1\r\nb: 1\r\n"), 200},
                {get("a: 1\r\nb: 1\r\nc: 1\r\n"), 431},
            },
            limits);
    }

    void an_endless_head_is_refused_without_being_held() {
        const std::string head = get("X: " + std::string(1 << 20, 'a') + "\r\n");
        for (const std::size_t piece : {std::size_t(1), std::size_t(1000), std::size_t(65536), head.size()}) {
            const Outcome outcome = parse(head, piece, piece);
            CPPUNIT_ASSERT_EQUAL(431, outcome.result.status);
            CPPUNIT_ASSERT(piece > 16384 || outcome.consumed < 16384 + piece);
        }
        const std::string target = "GET /" + std::string(1 << 20, 'a') + " HTTP/1.1\r\n\r\n";
        CPPUNIT_ASSERT_EQUAL(414, parse(target, 1000, 1000).result.status);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RequestHeadTest);

}  // namespace
