#include "core/ws/deflate_agreement.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <string_view>
#include <vector>

namespace zanhu::ws {
namespace {

constexpr DeflateParameters k_generous{15, 15, false, false};
constexpr DeflateParameters k_sparing{15, 15, true, true};

/// The answer to a field's value; "none" when nothing is agreed on.
std::string answer(std::string_view field, const DeflateParameters& willing) {
    std::string_view error;
    const auto offers = parse_extensions({&field, 1}, error);
    CPPUNIT_ASSERT_EQUAL_MESSAGE(std::string(field), std::string_view(), error);
    const auto agreement = agree_on_deflate(offers, willing);
    return agreement.has_value() ? agreement->response : "none";
}

class DeflateAgreementTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(DeflateAgreementTest);
    CPPUNIT_TEST(valid_offers_are_accepted);
    CPPUNIT_TEST(the_servers_own_wishes_are_in_the_answer);
    CPPUNIT_TEST(invalid_offers_are_declined);
    CPPUNIT_TEST(the_first_valid_offer_is_taken);
    CPPUNIT_TEST(every_pair_of_windows_gives_the_smaller_one);
    CPPUNIT_TEST(no_offer_no_agreement);
    CPPUNIT_TEST_SUITE_END();

    void valid_offers_are_accepted() {
        const struct {
            std::string_view offer;
            std::string answer;
        } table[] = {
            {"permessage-deflate", "permessage-deflate"},
            {"permessage-deflate; client_max_window_bits", "permessage-deflate"},
            {"permessage-deflate; client_max_window_bits=15", "permessage-deflate"},
            {"permessage-deflate; client_max_window_bits=10",
             "permessage-deflate; client_max_window_bits=10"},
            {"permessage-deflate; client_max_window_bits=8", "permessage-deflate; client_max_window_bits=8"},
            {"permessage-deflate; server_max_window_bits=15",
             "permessage-deflate; server_max_window_bits=15"},
            {"permessage-deflate; server_max_window_bits=8", "permessage-deflate; server_max_window_bits=8"},
            {"permessage-deflate; server_max_window_bits=\"9\"",
             "permessage-deflate; server_max_window_bits=9"},
            {"permessage-deflate; server_max_window_bits=\"1\\0\"",
             "permessage-deflate; server_max_window_bits=10"},
            {"permessage-deflate;server_no_context_takeover",
             "permessage-deflate; server_no_context_takeover"},
            {"permessage-deflate ; client_no_context_takeover",
             "permessage-deflate; client_no_context_takeover"},
            {"permessage-deflate; client_max_window_bits=12; server_max_window_bits=11; "
             "client_no_context_takeover; server_no_context_takeover",
             "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
             "server_max_window_bits=11; client_max_window_bits=12"},
        };
        for (const auto& c : table)
            CPPUNIT_ASSERT_EQUAL_MESSAGE(std::string(c.offer), c.answer, answer(c.offer, k_generous));
    }

    void the_servers_own_wishes_are_in_the_answer() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("permessage-deflate; server_no_context_takeover; client_no_context_takeover"),
            answer("permessage-deflate; client_max_window_bits", k_sparing));
        const DeflateParameters small{11, 10, false, false};
        // Only a client that names the parameter knows it.
        CPPUNIT_ASSERT_EQUAL(std::string("permessage-deflate; server_max_window_bits=11"),
                             answer("permessage-deflate", small));
        CPPUNIT_ASSERT_EQUAL(
            std::string("permessage-deflate; server_max_window_bits=11; client_max_window_bits=10"),
            answer("permessage-deflate; client_max_window_bits", small));
        CPPUNIT_ASSERT_EQUAL(
            std::string("permessage-deflate; server_max_window_bits=9; client_max_window_bits=8"),
            answer("permessage-deflate; client_max_window_bits=8; server_max_window_bits=9", small));
        const std::string_view unnamed = "permessage-deflate";
        std::string_view error;
        const auto agreement = agree_on_deflate(parse_extensions({&unnamed, 1}, error), small);
        CPPUNIT_ASSERT(agreement->parameters == (DeflateParameters{11, 15, false, false}));
    }

    void invalid_offers_are_declined() {
        const std::vector<std::string> parameters{
            "server_max_window_bits",
            "server_max_window_bits=7",
            "server_max_window_bits=16",
            "server_max_window_bits=0",
            "server_max_window_bits=08",
            "server_max_window_bits=015",
            "server_max_window_bits=+9",
            "server_max_window_bits=-9",
            "server_max_window_bits=1a",
            "server_max_window_bits=a",
            "server_max_window_bits=100",
            "server_max_window_bits=9.0",
            "server_max_window_bits=4294967304",
            "server_max_window_bits=9; server_max_window_bits=9",
            "server_max_window_bits=9; server_max_window_bits=10",
            "client_max_window_bits=7",
            "client_max_window_bits=16",
            "client_max_window_bits=09",
            "client_max_window_bits=x",
            "client_max_window_bits; client_max_window_bits",
            "client_max_window_bits=15; client_max_window_bits",
            "client_max_window_bits; client_max_window_bits=15",
            "server_no_context_takeover=1",
            "server_no_context_takeover=true",
            "client_no_context_takeover=\"x\"",
            "server_no_context_takeover; server_no_context_takeover",
            "client_no_context_takeover; client_no_context_takeover",
            "Server_no_context_takeover",
            "SERVER_MAX_WINDOW_BITS=10",
            "max_window_bits=10",
            "unknown",
            "unknown=1",
            "client_max_window_bits; unknown",
            "q=0.5",
        };
        for (const std::string& one : parameters) {
            const std::string offer = "permessage-deflate; " + one;
            CPPUNIT_ASSERT_EQUAL_MESSAGE(one, std::string("none"), answer(offer, k_generous));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                one,
                std::string("permessage-deflate; client_max_window_bits=9"),
                answer(offer + ", permessage-deflate; client_max_window_bits=9", k_generous));
        }
    }

    void the_first_valid_offer_is_taken() {
        CPPUNIT_ASSERT_EQUAL(std::string("permessage-deflate; server_max_window_bits=10"),
                             answer("x-webkit-deflate-frame, permessage-bzip2; a=1, permessage-deflate; "
                                    "server_max_window_bits=10, "
                                    "permessage-deflate; server_max_window_bits=12, permessage-deflate",
                                    k_generous));
        CPPUNIT_ASSERT_EQUAL(std::string("permessage-deflate"),
                             answer("permessage-deflate; bad, permessage-deflate, permessage-deflate; "
                                    "server_no_context_takeover",
                                    k_generous));
    }

    void every_pair_of_windows_gives_the_smaller_one() {
        for (unsigned offered = 8; offered <= 15; ++offered) {
            for (unsigned willing = 8; willing <= 15; ++willing) {
                const DeflateParameters mine{
                    static_cast<std::uint8_t>(willing), static_cast<std::uint8_t>(willing), false, false};
                const std::string text =
                    "permessage-deflate; server_max_window_bits=" + std::to_string(offered) +
                    "; client_max_window_bits=" + std::to_string(offered);
                const std::string_view field = text;
                std::string_view error;
                const auto agreement = agree_on_deflate(parse_extensions({&field, 1}, error), mine);
                CPPUNIT_ASSERT(agreement.has_value());
                const unsigned smaller = std::min(offered, willing);
                CPPUNIT_ASSERT_EQUAL(smaller, unsigned{agreement->parameters.server_max_window_bits});
                CPPUNIT_ASSERT_EQUAL(smaller, unsigned{agreement->parameters.client_max_window_bits});
            }
        }
    }

    void no_offer_no_agreement() {
        CPPUNIT_ASSERT(!agree_on_deflate({}, k_generous).has_value());
        CPPUNIT_ASSERT_EQUAL(std::string("none"), answer("permessage-compress, foo; bar=1", k_generous));
        CPPUNIT_ASSERT_EQUAL(std::string("none"), answer("Permessage-Deflate", k_generous));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DeflateAgreementTest);

}  // namespace
}  // namespace zanhu::ws
