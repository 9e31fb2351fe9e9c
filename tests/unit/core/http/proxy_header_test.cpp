#include "core/http/proxy_header.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>

namespace zanhu::http {
namespace {

using namespace std::string_literals;
using State = ProxyHeaderReader::State;

const std::string k_signature = "\r\n\r\n\0\r\nQUIT\n"s;

std::string binary(unsigned version_and_command, unsigned family, const std::string& rest, int length = -1) {
    const std::size_t size = length < 0 ? rest.size() : static_cast<std::size_t>(length);
    std::string header = k_signature;
    header += static_cast<char>(version_and_command);
    header += static_cast<char>(family);
    header += static_cast<char>(size >> 8);
    header += static_cast<char>(size & 0xff);
    return header + rest;
}

const std::string k_tcp4 = "\xc0\x00\x02\x01\xc6\x33\x64\x02\x1f\x90\x01\xbb"s;
const std::string k_tcp6 =
    "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x02\xff\xff\0\x50"s;

/// `192.0.2.1:8080 > 198.51.100.2:443`, `-` for a header that names nobody, `...` for one that is not whole,
/// or the problem; with the number of bytes that were left over.
std::string result_of(const std::string& bytes, std::size_t piece) {
    ProxyHeaderReader reader;
    State state = State::need_more;
    std::size_t at = 0;
    while (at < bytes.size() && state == State::need_more) {
        std::size_t consumed = 0;
        const std::string_view next = std::string_view(bytes).substr(at, piece);
        state = reader.feed(next, consumed);
        CPPUNIT_ASSERT(state != State::need_more || consumed == next.size());
        at += consumed;
    }
    if (state == State::need_more) return "...";
    if (state == State::malformed) return reader.problem();
    const std::string left = " +" + std::to_string(bytes.size() - at);
    if (!reader.ends()) return "-" + left;
    const auto& [client, server] = *reader.ends();
    return client.address + ":" + std::to_string(client.port) + " > " + server.address + ":" +
           std::to_string(server.port) + left;
}

void assert_result(const std::string& expected, const std::string& bytes) {
    for (const std::size_t piece : {1U, 2U, 3U, 7U, 15U, 16U, 17U, 100'000U})
        CPPUNIT_ASSERT_EQUAL_MESSAGE(
            "in pieces of " + std::to_string(piece), expected, result_of(bytes, piece));
}

class ProxyHeaderTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(ProxyHeaderTest);
    CPPUNIT_TEST(a_line_names_both_ends);
    CPPUNIT_TEST(a_line_of_unknown_origin_names_nobody);
    CPPUNIT_TEST(a_line_that_is_not_exact_is_refused);
    CPPUNIT_TEST(the_binary_form_names_both_ends);
    CPPUNIT_TEST(local_and_what_is_no_stream_name_nobody);
    CPPUNIT_TEST(a_unix_client_has_the_empty_address);
    CPPUNIT_TEST(what_follows_the_addresses_is_skipped);
    CPPUNIT_TEST(a_binary_header_that_is_wrong_is_refused);
    CPPUNIT_TEST(what_begins_otherwise_is_refused_at_once);
    CPPUNIT_TEST(a_header_that_is_not_whole_is_waited_for);
    CPPUNIT_TEST_SUITE_END();

public:
    void a_line_names_both_ends() {
        assert_result("192.0.2.1:8080 > 198.51.100.2:443 +5",
                      "PROXY TCP4 192.0.2.1 198.51.100.2 8080 443\r\nGET /");
        assert_result("2001:db8::1:65535 > ::1:0 +0", "PROXY TCP6 2001:DB8:0::1 ::1 65535 0\r\n");
        assert_result(
            "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff:65535 > ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff:65535 "
            "+2",
            "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
            "65535 65535\r\n\r\n");
    }

    void a_line_of_unknown_origin_names_nobody() {
        assert_result("- +1", "PROXY UNKNOWN\r\nG");
        // 2.1: the longest line that a proxy may write.
        assert_result("- +0",
                      "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
                      "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n");
    }

    void a_line_that_is_not_exact_is_refused() {
        const std::string words = "the line has not the six words that it must have";
        for (const char* line : {"PROXY TCP4 1.2.3.4 5.6.7.8 80\r\n",
                                 "PROXY TCP4 1.2.3.4 5.6.7.8 80 90 100\r\n",
                                 "PROXY TCP4  1.2.3.4 5.6.7.8 80 90\r\n",
                                 "PROXY TCP4 1.2.3.4 5.6.7.8 80 90 \r\n",
                                 "PROXY TCP4\r\n",
                                 "PROXY \r\n"})
            assert_result(words, line);
        for (const char* line : {"PROXY TCP4 1.2.3 5.6.7.8 80 90\r\n",
                                 "PROXY TCP4 1.2.3.4 ::1 80 90\r\n",
                                 "PROXY TCP6 1.2.3.4 ::1 80 90\r\n",
                                 "PROXY TCP4 1.2.3.256 5.6.7.8 80 90\r\n",
                                 "PROXY TCP4 a.example 5.6.7.8 80 90\r\n"})
            assert_result("an address is none", line);
        assert_result("an address is none", "PROXY TCP4 1.2.3.4\0 5.6.7.8 80 90\r\n"s);
        for (const char* line : {"PROXY TCP4 1.2.3.4 5.6.7.8 65536 90\r\n",
                                 "PROXY TCP4 1.2.3.4 5.6.7.8 80 090\r\n",
                                 "PROXY TCP4 1.2.3.4 5.6.7.8 +80 90\r\n",
                                 "PROXY TCP4 1.2.3.4 5.6.7.8 80 -1\r\n",
                                 "PROXY TCP4 1.2.3.4 5.6.7.8 80 90\r\r\n"})
            assert_result("a port is none", line);
        assert_result("it names another protocol than TCP4, TCP6 and UNKNOWN",
                      "PROXY UDP4 1.2.3.4 5.6.7.8 80 90\r\n");
        assert_result("it names another protocol than TCP4, TCP6 and UNKNOWN",
                      "PROXY UNKNOWNS 1.2.3.4 5.6.7.8 80 90\r\n");
        assert_result("the line is too long", "PROXY UNKNOWN " + std::string(92, 'x') + "\r\n");
        assert_result("the line is too long", "PROXY TCP4 1.2.3.4 5.6.7.8 80 90\n" + std::string(200, 'x'));
    }

    void the_binary_form_names_both_ends() {
        assert_result("192.0.2.1:8080 > 198.51.100.2:443 +5", binary(0x21, 0x11, k_tcp4) + "GET /");
        assert_result("2001:db8::1:65535 > 2001:db8::2:80 +1", binary(0x21, 0x21, k_tcp6) + "\x16");
    }

    void local_and_what_is_no_stream_name_nobody() {
        assert_result("- +3", binary(0x20, 0x00, "") + "GET");
        assert_result("- +0", binary(0x20, 0x11, k_tcp4));
        assert_result("- +0", binary(0x20, 0x99, "anything"));
        for (const unsigned family : {0x00U, 0x12U, 0x22U, 0x32U})
            assert_result("- +1", binary(0x21, family, std::string(216, '\0')) + "x");
    }

    void a_unix_client_has_the_empty_address() {
        assert_result(":0 > :0 +4", binary(0x21, 0x31, "/run/a.sock" + std::string(205, '\0')) + "GET ");
    }

    void what_follows_the_addresses_is_skipped() {
        const std::string more = "\x03\x00\x04\x01\x02\x03\x04\x04\x00\x02\x00\x00"s;
        assert_result("192.0.2.1:8080 > 198.51.100.2:443 +1", binary(0x21, 0x11, k_tcp4 + more) + "G");
        assert_result("192.0.2.1:8080 > 198.51.100.2:443 +0",
                      binary(0x21, 0x11, k_tcp4 + std::string(4096 - 16 - 12, 'x')));
    }

    void a_binary_header_that_is_wrong_is_refused() {
        assert_result("its version is not 2", binary(0x11, 0x11, k_tcp4));
        assert_result("its version is not 2", binary(0x31, 0x11, k_tcp4));
        assert_result("its command is neither LOCAL nor PROXY", binary(0x22, 0x11, k_tcp4));
        assert_result("its address family is reserved", binary(0x21, 0x13, k_tcp4));
        assert_result("its address family is reserved", binary(0x21, 0x41, k_tcp4));
        assert_result("its addresses are cut short", binary(0x21, 0x11, k_tcp4.substr(1)));
        assert_result("its addresses are cut short", binary(0x21, 0x21, k_tcp6.substr(1)));
        assert_result("its addresses are cut short", binary(0x21, 0x31, std::string(215, '\0')));
        assert_result("it is longer than 4096 bytes", binary(0x21, 0x11, k_tcp4, 4096 - 15));
        assert_result("it is longer than 4096 bytes", binary(0x21, 0x11, k_tcp4, 65535));
    }

    void what_begins_otherwise_is_refused_at_once() {
        const std::string text = "it does not begin like a PROXY header";
        for (const std::string& bytes : {"GET / HTTP/1.1\r\n"s,
                                         "proxy TCP4"s,
                                         "PROXY\tTCP4"s,
                                         "\x16\x03\x01"s,
                                         "\r\n\r\nGET"s,
                                         "\r\n\r\n\0\r\nQUIT\r"s,
                                         "P\0"s})
            assert_result(text, bytes);
    }

    void a_header_that_is_not_whole_is_waited_for() {
        const std::string line = "PROXY TCP4 192.0.2.1 198.51.100.2 8080 443\r\n";
        for (std::size_t size = 1; size < line.size(); ++size)
            CPPUNIT_ASSERT_EQUAL("..."s, result_of(line.substr(0, size), 100));
        const std::string header = binary(0x21, 0x11, k_tcp4 + "more");
        for (std::size_t size = 1; size < header.size(); ++size)
            CPPUNIT_ASSERT_EQUAL("..."s, result_of(header.substr(0, size), 100));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProxyHeaderTest);

}  // namespace
}  // namespace zanhu::http
