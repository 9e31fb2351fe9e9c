#include "core/django/crypto.h"

#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>

namespace {

using namespace zanhu::django;

class CryptoTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(CryptoTest);
    CPPUNIT_TEST(a_salted_hmac_is_djangos);
    CPPUNIT_TEST(an_hmac_takes_an_empty_key);
    CPPUNIT_TEST(texts_are_equal_only_when_every_byte_is);
    CPPUNIT_TEST(random_text_has_its_length_and_keeps_to_its_alphabet);
    CPPUNIT_TEST(every_character_of_the_alphabet_is_as_likely_as_another);
    CPPUNIT_TEST(hexadecimal_digits_are_lower_case);
    CPPUNIT_TEST(base64_goes_both_ways_for_every_length);
    CPPUNIT_TEST(broken_base64_is_refused);
    CPPUNIT_TEST(broken_base64url_is_refused);
    CPPUNIT_TEST(base62_is_djangos);
    CPPUNIT_TEST(broken_base62_is_refused);
    CPPUNIT_TEST_SUITE_END();

public:
    void a_salted_hmac_is_djangos() {
        CPPUNIT_ASSERT_EQUAL(std::string("debaddcd9ecbaab181289870baf8af49b0af0a7050d620d1a63f1e69bd87ceb8"),
                             to_hex(salted_hmac("salt", "value", "secret", Digest::sha256)));
        CPPUNIT_ASSERT_EQUAL(std::string("a82be9ba6efe61405ee8d2e8a3781c37e103360a"),
                             to_hex(salted_hmac("salt", "value", "secret", Digest::sha1)));
    }

    void an_hmac_takes_an_empty_key() {
        const std::string empty = hmac(Digest::sha256, {}, "value");
        static_cast<void>(hmac(Digest::sha256, "another key", "value"));
        CPPUNIT_ASSERT_EQUAL(to_hex(empty), to_hex(hmac(Digest::sha256, std::string(1, '\0'), "value")));
    }

    void texts_are_equal_only_when_every_byte_is() {
        CPPUNIT_ASSERT(constant_time_equal("", ""));
        CPPUNIT_ASSERT(constant_time_equal("abc", "abc"));
        for (const char* other : {"", "ab", "abcd", "abd", "xbc", "ABC"}) {
            CPPUNIT_ASSERT_MESSAGE(other, !constant_time_equal("abc", other));
        }
    }

    void random_text_has_its_length_and_keeps_to_its_alphabet() {
        for (const std::size_t length : {0, 1, 22, 64, 65, 500}) {
            const std::string text = random_string(length, "abc");
            CPPUNIT_ASSERT_EQUAL(length, text.size());
            CPPUNIT_ASSERT(text.find_first_not_of("abc") == std::string::npos);
        }
        CPPUNIT_ASSERT(random_string(32) != random_string(32));
    }

    void every_character_of_the_alphabet_is_as_likely_as_another() {
        // 200 characters: a plain modulo would draw the first 56 twice as often as the rest
        std::string alphabet;
        for (int i = 0; i < 200; ++i)
            alphabet += static_cast<char>(i);
        constexpr int k_draws = 200000;
        std::array<int, 256> seen{};
        for (const char c : random_string(k_draws, alphabet))
            ++seen[static_cast<unsigned char>(c)];
        int in_first = 0;
        for (int i = 0; i < 56; ++i)
            in_first += seen[static_cast<std::size_t>(i)];
        // expected 56,000 with a deviation of 201; with the bias it would be 87,500
        CPPUNIT_ASSERT(std::abs(in_first - 56000) < 4000);
        for (std::size_t i = 0; i < 200; ++i)
            CPPUNIT_ASSERT(seen[i] > 0);
    }

    void hexadecimal_digits_are_lower_case() {
        CPPUNIT_ASSERT_EQUAL(std::string("00ff7fa0"), to_hex(std::string_view("\x00\xff\x7f\xa0", 4)));
    }

    void base64_goes_both_ways_for_every_length() {
        std::string bytes;
        for (int i = 0; i < 300; ++i) {
            CPPUNIT_ASSERT(from_base64url(to_base64url(bytes)) == bytes);
            CPPUNIT_ASSERT(from_base64(to_base64(bytes)) == bytes);
            bytes += static_cast<char>(i * 37);
        }
        CPPUNIT_ASSERT_EQUAL(std::string("-_8"), to_base64url("\xfb\xff"));
        CPPUNIT_ASSERT_EQUAL(std::string("+/8="), to_base64("\xfb\xff"));
        CPPUNIT_ASSERT_EQUAL(std::string("YQ=="), to_base64("a"));
    }

    void broken_base64_is_refused() {
        for (const char* bad :
             {"Y", "YQ", "YQ=", "YQ===", "=", "====", "Y===", "YR==", "YWK=", "-_8=", "YQ==YQ==", "YQ= "}) {
            CPPUNIT_ASSERT_MESSAGE(bad, !from_base64(bad));
        }
    }

    void broken_base64url_is_refused() {
        for (const char* bad : {"Y", "YQ==", "YWJ=", "YR", "YWK", "+/8", "Y Q", "YQ\n", "YWJjY"}) {
            CPPUNIT_ASSERT_MESSAGE(bad, !from_base64url(bad));
        }
        CPPUNIT_ASSERT(!from_base64url(std::string_view("YQ\0A", 4)));
    }

    void base62_is_djangos() {
        const std::pair<std::int64_t, const char*> cases[] = {
            {0, "0"}, {9, "9"}, {10, "A"}, {61, "z"}, {62, "10"}, {1700000000, "1r31eq"}};
        for (const auto& [number, text] : cases) {
            CPPUNIT_ASSERT_EQUAL(std::string(text), to_base62(number));
            CPPUNIT_ASSERT(from_base62(text) == number);
        }
        constexpr auto k_most = std::numeric_limits<std::int64_t>::max();
        CPPUNIT_ASSERT(from_base62(to_base62(k_most)) == k_most);
    }

    void broken_base62_is_refused() {
        for (const char* bad : {"", "-1", "1 ", "a_b", "AzL8n0Y58m8", "zzzzzzzzzzzzzzzzzzzzzz"}) {
            CPPUNIT_ASSERT_MESSAGE(bad, !from_base62(bad));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CryptoTest);

}  // namespace
