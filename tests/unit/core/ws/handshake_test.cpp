#include "core/ws/handshake.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

namespace zanhu::ws {
namespace {

using Lines = std::vector<std::string_view>;

// A handshake that is in order; a test changes one thing.
struct Fields {
    std::string_view method = "GET";
    int http_minor = 1;
    Lines connection{"Upgrade"};
    Lines upgrade{"websocket"};
    Lines version{"13"};
    Lines key{"dGhlIHNhbXBsZSBub25jZQ=="};
    Lines protocol;
    Lines extensions;

    HandshakeRequest request() const {
        return {method, http_minor, connection, upgrade, version, key, protocol, extensions};
    }
    HandshakeResult check() const { return check_handshake(request()); }
};

void expect(const Fields& fields, int status, const std::string& what) {
    const HandshakeResult result = fields.check();
    CPPUNIT_ASSERT_EQUAL_MESSAGE(what, status, result.status);
    CPPUNIT_ASSERT_EQUAL_MESSAGE(what, status == 101, result.reason.empty());
    CPPUNIT_ASSERT_MESSAGE(what, result.reason.find_first_of("\r\n") == std::string::npos);
    CPPUNIT_ASSERT_EQUAL_MESSAGE(what, status == 426, result.needs_version);
    CPPUNIT_ASSERT_EQUAL_MESSAGE(what, status == 426, result.needs_upgrade);
    CPPUNIT_ASSERT_EQUAL_MESSAGE(what, status == 405, result.needs_allow);
}

struct Row {
    Lines lines;
    int status;
};

template <class Rows>
void expect_rows(Lines Fields::*field, const Rows& rows, const char* name) {
    for (const Row& row : rows) {
        Fields fields;
        fields.*field = row.lines;
        expect(fields,
               row.status,
               std::string(name) + ": " + (row.lines.empty() ? "" : std::string(row.lines[0])));
    }
}

class HandshakeTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(HandshakeTest);
    CPPUNIT_TEST(a_plain_handshake_is_in_order);
    CPPUNIT_TEST(only_get_of_http_1_1_is_taken);
    CPPUNIT_TEST(connection_has_to_name_upgrade);
    CPPUNIT_TEST(upgrade_has_to_name_websocket);
    CPPUNIT_TEST(anything_but_version_13_gets_426);
    CPPUNIT_TEST(the_key_is_16_bytes_of_canonical_base64);
    CPPUNIT_TEST(subprotocols_and_extensions_are_handed_on);
    CPPUNIT_TEST(malformed_offers_get_400);
    CPPUNIT_TEST(an_upgrade_is_told_from_plain_http);
    CPPUNIT_TEST(the_accept_value_is_the_rfcs);
    CPPUNIT_TEST_SUITE_END();

    void a_plain_handshake_is_in_order() {
        const HandshakeResult result = Fields{}.check();
        CPPUNIT_ASSERT_EQUAL(101, result.status);
        CPPUNIT_ASSERT(result.key == "dGhlIHNhbXBsZSBub25jZQ==");
        CPPUNIT_ASSERT(result.subprotocols.empty() && result.extensions.empty());
        CPPUNIT_ASSERT(result.reason.empty() && !result.needs_version && !result.needs_upgrade);
    }

    void only_get_of_http_1_1_is_taken() {
        for (const char* method : {"POST", "HEAD", "get", "Get", "", "GET "}) {
            Fields fields;
            fields.method = method;
            expect(fields, 405, method);
        }
        Fields old;
        old.http_minor = 0;
        expect(old, 400, "HTTP/1.0");
    }

    void connection_has_to_name_upgrade() {
        const Row rows[] = {
            {{"upgrade"}, 101},
            {{"keep-alive, Upgrade"}, 101},
            {{"keep-alive", "UPGRADE"}, 101},
            {{" , Upgrade ,"}, 101},
            {{}, 400},
            {{""}, 400},
            {{"keep-alive"}, 400},
            {{"Upgrades"}, 400},
            {{"keep-alive Upgrade"}, 400},
            {{"Upgrade", "bad one"}, 400},
        };
        expect_rows(&Fields::connection, rows, "Connection");
    }

    void upgrade_has_to_name_websocket() {
        const Row rows[] = {
            {{"WebSocket"}, 101},
            {{"h2c, websocket"}, 101},
            {{"HTTP/2.0", "websocket"}, 101},
            {{}, 426},
            {{""}, 426},
            {{"h2c"}, 426},
            {{"websocket/13"}, 426},
            {{"web socket"}, 400},
            {{"websocket;"}, 400},
        };
        expect_rows(&Fields::upgrade, rows, "Upgrade");
    }

    void anything_but_version_13_gets_426() {
        const Row rows[] = {
            {{" 13\t"}, 101},
            {{}, 426},
            {{""}, 426},
            {{"8"}, 426},
            {{"12"}, 426},
            {{"14"}, 426},
            {{"013"}, 426},
            {{"+13"}, 426},
            {{"13.0"}, 426},
            {{"13, 8"}, 426},
            {{"13", "13"}, 426},
            {{"13", "8"}, 426},
            {{"thirteen"}, 426},
        };
        expect_rows(&Fields::version, rows, "Sec-WebSocket-Version");
    }

    void the_key_is_16_bytes_of_canonical_base64() {
        const Row rows[] = {
            {{"AAAAAAAAAAAAAAAAAAAAAA=="}, 101},
            {{"/////////////////////w=="}, 101},
            {{"++++++++++++++++++++++0="}, 400},  // 17 bytes
            {{" dGhlIHNhbXBsZSBub25jZQ== "}, 101},
            {{}, 400},
            {{""}, 400},
            {{"dGhlIHNhbXBsZSBub25jZQ=="}, 101},
            {{"dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQ=="}, 400},
            {{"dGhlIHNhbXBsZSBub25jZR=="}, 400},  // bits behind the 16th byte
            {{"dGhlIHNhbXBsZSBub25jZf=="}, 400},
            {{"dGhlIHNhbXBsZSBub25jZQ="}, 400},
            {{"dGhlIHNhbXBsZSBub25jZQ"}, 400},
            {{"dGhlIHNhbXBsZSBub25jZQ==="}, 400},
            {{"dGhlIHNhbXBsZSBub25jZ==="}, 400},
            {{"dGhlIHNhbXBsZSBub25jZQQQ"}, 400},
            {{"dGhlIHNhbXBsZSBub25jZQ=A"}, 400},
            {{"dGhlIHNhbXBsZSBub2=jZQ=="}, 400},
            {{"dGhlIHNhbXBsZSBub2-jZQ=="}, 400},
            {{"dGhlIHNhbXBsZSBub2_jZQ=="}, 400},
            {{"dGhlIHNhbXBs ZSBub25jZQ=="}, 400},
            {{"dGhlIHNhbXBsZSBub25j"}, 400},          // 15 bytes
            {{"dGhlIHNhbXBsZSBub25jZSB0aGU="}, 400},  // 20 bytes
            {{"short"}, 400},
        };
        expect_rows(&Fields::key, rows, "Sec-WebSocket-Key");
        for (int c = 0; c < 256; ++c) {  // the last character holds two bits of the 16th byte, and four zeros
            const char last = static_cast<char>(c);
            const std::string key = std::string(21, 'A') + last + "==";
            Fields fields;
            fields.key = {key};
            expect(fields, last == 'A' || last == 'Q' || last == 'g' || last == 'w' ? 101 : 400, key);
        }
    }

    void subprotocols_and_extensions_are_handed_on() {
        Fields fields;
        fields.protocol = {"chat.v2, chat.v1", "plain"};
        fields.extensions = {"permessage-deflate; client_max_window_bits; server_max_window_bits=\"10\", x"};
        const HandshakeResult result = fields.check();
        CPPUNIT_ASSERT_EQUAL(101, result.status);
        CPPUNIT_ASSERT((result.subprotocols == Lines{"chat.v2", "chat.v1", "plain"}));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, result.extensions.size());
        const Extension& deflate = result.extensions[0];
        CPPUNIT_ASSERT(deflate.name == "permessage-deflate" && deflate.parameters.size() == 2);
        CPPUNIT_ASSERT(deflate.parameters[0].name == "client_max_window_bits" &&
                       !deflate.parameters[0].value);
        CPPUNIT_ASSERT(deflate.parameters[1].value == "10");
        CPPUNIT_ASSERT(result.extensions[1].name == "x" && result.extensions[1].parameters.empty());
    }

    void malformed_offers_get_400() {
        const Row protocols[] = {{{"a, a"}, 400}, {{""}, 400}, {{"a b"}, 400}, {{"a", "b"}, 101}};
        expect_rows(&Fields::protocol, protocols, "Sec-WebSocket-Protocol");
        const Row extensions[] = {{{"a;"}, 400}, {{""}, 400}, {{"a;b=\"c"}, 400}, {{"a;b=\"c\""}, 101}};
        expect_rows(&Fields::extensions, extensions, "Sec-WebSocket-Extensions");
    }

    void an_upgrade_is_told_from_plain_http() {
        const struct {
            Lines connection;
            Lines upgrade;
            Lines version;
            Lines key;
            bool expected;
        } rows[] = {
            {{"Upgrade"}, {"websocket"}, {"13"}, {"k"}, true},
            {{}, {"WebSocket"}, {}, {}, true},
            {{"keep-alive"}, {"h2c, websocket"}, {}, {}, true},
            {{"Upgrade"}, {}, {"13"}, {}, true},
            {{"keep-alive, upgrade"}, {}, {}, {"k"}, true},
            {{"Upgrade"}, {}, {}, {}, false},
            {{"Upgrade, HTTP2-Settings"}, {"h2c"}, {}, {}, false},
            {{"keep-alive"}, {}, {"13"}, {"k"}, false},
            {{}, {}, {}, {}, false},
        };
        for (const auto& row : rows) {
            Fields fields;
            fields.connection = row.connection;
            fields.upgrade = row.upgrade;
            fields.version = row.version;
            fields.key = row.key;
            CPPUNIT_ASSERT_EQUAL(row.expected, is_upgrade(fields.request()));
        }
    }

    void the_accept_value_is_the_rfcs() {
        CPPUNIT_ASSERT_EQUAL(std::string("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
                             accept_value("dGhlIHNhbXBsZSBub25jZQ=="));
        CPPUNIT_ASSERT_EQUAL(std::string("HSmrc0sMlYUkAGmm5OPpG2HaGWk="),
                             accept_value("x3JJHMbDL1EzLkh9GBhXDw=="));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HandshakeTest);

}  // namespace
}  // namespace zanhu::ws
