#include "core/ws/close_code.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <set>
#include <string>

#include "tests/unit/core/ws/wire.h"

namespace zanhu::ws {
namespace {

bool on_the_list(unsigned code) {
    static const std::set<unsigned> registered{
        1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014};
    return registered.count(code) == 1 || (code >= 3000 && code < 5000);
}

class CloseCodeTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(CloseCodeTest);
    CPPUNIT_TEST(every_code_is_judged_as_the_rfc_says);
    CPPUNIT_TEST(a_payload_is_read);
    CPPUNIT_TEST(a_bad_payload_is_refused_with_the_right_code);
    CPPUNIT_TEST(a_payload_is_built);
    CPPUNIT_TEST(a_long_reason_is_cut_between_characters);
    CPPUNIT_TEST(names_are_words);
    CPPUNIT_TEST_SUITE_END();

    void every_code_is_judged_as_the_rfc_says() {
        for (unsigned code = 0; code <= 65535; ++code) {
            const auto value = static_cast<CloseCode>(code);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(std::to_string(code), on_the_list(code), may_be_sent(value));
            const ClosePayload payload = parse_close_payload(wire::code_bytes(code));
            CPPUNIT_ASSERT_MESSAGE(std::to_string(code), payload.code == value);
            const CloseCode error = on_the_list(code) ? CloseCode::normal : CloseCode::protocol_error;
            CPPUNIT_ASSERT_MESSAGE(std::to_string(code), payload.error == error);
        }
    }

    void a_payload_is_read() {
        const ClosePayload none = parse_close_payload("");
        CPPUNIT_ASSERT(none.code == CloseCode::no_status && none.error == CloseCode::normal);
        const std::string bytes = wire::code_bytes(4401) + "再见";
        const ClosePayload some = parse_close_payload(bytes);
        CPPUNIT_ASSERT(some.code == CloseCode::session_ended && some.error == CloseCode::normal);
        CPPUNIT_ASSERT(some.reason == "再见");
    }

    void a_bad_payload_is_refused_with_the_right_code() {
        CPPUNIT_ASSERT(parse_close_payload("\x03").error == CloseCode::protocol_error);
        const std::string half = wire::code_bytes(1000) + "\xE5\x86";
        CPPUNIT_ASSERT(parse_close_payload(half).error == CloseCode::invalid_payload);
        const std::string both = wire::code_bytes(1005) + "\xFF";
        CPPUNIT_ASSERT(parse_close_payload(both).error == CloseCode::protocol_error);
    }

    void a_payload_is_built() {
        CPPUNIT_ASSERT_EQUAL(std::string(), close_payload(CloseCode::no_status, "no code, no reason"));
        CPPUNIT_ASSERT_EQUAL(std::string("\x03\xE9 bye", 6), close_payload(CloseCode::going_away, " bye"));
        CPPUNIT_ASSERT_EQUAL(std::string("\x11\x31"), close_payload(CloseCode::session_ended));
    }

    void a_long_reason_is_cut_between_characters() {
        const std::string ascii(200, 'a');
        CPPUNIT_ASSERT_EQUAL(std::size_t{125}, close_payload(CloseCode::normal, ascii).size());
        for (std::size_t before = 115; before <= 123; ++before) {
            for (const std::string character : {"é", "中", "😀"}) {
                const std::string reason = std::string(before, 'a') + character + character + "b";
                const std::string payload = close_payload(CloseCode::normal, reason);
                std::size_t expected = before;
                while (expected + character.size() <= 123 && expected < before + 2 * character.size()) {
                    expected += character.size();
                }
                if (expected == before + 2 * character.size() && expected < 123) ++expected;
                CPPUNIT_ASSERT_EQUAL(reason.substr(0, expected), payload.substr(2));
                CPPUNIT_ASSERT(parse_close_payload(payload).error == CloseCode::normal);
            }
        }
        CPPUNIT_ASSERT_EQUAL(std::string("ok"), close_payload(CloseCode::normal, "ok\xFFrest").substr(2));
    }

    void names_are_words() {
        CPPUNIT_ASSERT(close_code_name(CloseCode::going_away) == "going away");
        CPPUNIT_ASSERT(close_code_name(CloseCode::session_ended) == "session ended");
        CPPUNIT_ASSERT(close_code_name(static_cast<CloseCode>(4007)) == "application code");
        CPPUNIT_ASSERT(close_code_name(static_cast<CloseCode>(3007)) == "registered code");
        CPPUNIT_ASSERT(close_code_name(static_cast<CloseCode>(403)) == "invalid code");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CloseCodeTest);

}  // namespace
}  // namespace zanhu::ws
