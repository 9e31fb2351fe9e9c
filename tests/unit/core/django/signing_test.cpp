#include "core/django/signing.h"

#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <string_view>

#include <zanhu/errors.h>

namespace {

using namespace zanhu::django;

constexpr std::string_view k_secret = "exp-secret-key-0123456789";
constexpr std::string_view k_salt = "zanhu.test";
constexpr std::int64_t k_time = 1700000000;
// made by Django 3.2: Signer(salt).sign("value"), signing.dumps({"a":1}, salt=salt), and the latter with
// SHA-1
constexpr std::string_view k_signed = "value:XRPHma2h2heZUmr2iXdJ6t6jfm8lllA_yXldvaiHpeg";
constexpr std::string_view k_signed_with_old = "value:cx82jyuomj5QZF2kvd6ZnLtNp2dkYaR9YOoDxlwUv-g";
constexpr std::string_view k_dumped = "eyJhIjoxfQ:1r31eq:nY1QgWUijbMvG057mHXkpo0etxe8xx3qVPfj6QJwvsw";
constexpr std::string_view k_dumped_sha1 = "eyJhIjoxfQ:1r31eq:j-YJOBvrkG6HX6_Gp1duzaj4rY4";

class SigningTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(SigningTest);
    CPPUNIT_TEST(a_signature_is_djangos);
    CPPUNIT_TEST(a_fallback_checks_but_does_not_sign);
    CPPUNIT_TEST(a_changed_text_is_refused_at_every_byte);
    CPPUNIT_TEST(another_salt_or_secret_is_refused);
    CPPUNIT_TEST(a_sha1_signature_is_accepted_only_when_asked_for);
    CPPUNIT_TEST(an_empty_secret_is_an_error_of_the_configuration);
    CPPUNIT_TEST(dumps_writes_djangos_form);
    CPPUNIT_TEST(data_is_compressed_only_where_that_is_shorter);
    CPPUNIT_TEST(an_age_is_checked_only_when_given);
    CPPUNIT_TEST(damaged_data_under_a_right_signature_is_refused);
    CPPUNIT_TEST(a_payload_is_bounded_to_the_byte);
    CPPUNIT_TEST(djangos_signed_cookie_session_is_read);
    CPPUNIT_TEST_SUITE_END();

    const Signer signer_{k_secret, {}, k_salt};

public:
    void a_signature_is_djangos() {
        CPPUNIT_ASSERT_EQUAL(std::string(k_signed), signer_.sign("value"));
        CPPUNIT_ASSERT(signer_.unsign(k_signed) == "value");
        CPPUNIT_ASSERT(signer_.unsign(signer_.sign("a:b:")) == "a:b:");
        CPPUNIT_ASSERT(signer_.unsign(signer_.sign("")) == "");
    }

    void a_fallback_checks_but_does_not_sign() {
        const Signer rotated(k_secret, {"other", "old-secret"}, k_salt);
        CPPUNIT_ASSERT(rotated.unsign(k_signed_with_old) == "value");
        CPPUNIT_ASSERT_EQUAL(std::string(k_signed), rotated.sign("value"));
        CPPUNIT_ASSERT(!signer_.unsign(k_signed_with_old));
    }

    void a_changed_text_is_refused_at_every_byte() {
        for (std::size_t i = 0; i < k_signed.size(); ++i) {
            std::string changed(k_signed);
            changed[i] = static_cast<char>(changed[i] ^ 1);
            CPPUNIT_ASSERT_MESSAGE(changed, !signer_.unsign(changed));
            CPPUNIT_ASSERT(!signer_.unsign(k_signed.substr(0, i)));
        }
        CPPUNIT_ASSERT(!signer_.unsign(std::string(k_signed) + "="));
    }

    void another_salt_or_secret_is_refused() {
        CPPUNIT_ASSERT(!Signer(k_secret, {}, "zanhu.other").unsign(k_signed));
        CPPUNIT_ASSERT(!Signer("another", {}, k_salt).unsign(k_signed));
    }

    void a_sha1_signature_is_accepted_only_when_asked_for() {
        CPPUNIT_ASSERT(loads(signer_, k_dumped_sha1) == "{\"a\":1}");
        const Signer strict(k_secret, {}, k_salt, LegacySha1::refuse);
        CPPUNIT_ASSERT(!loads(strict, k_dumped_sha1));
        CPPUNIT_ASSERT(loads(strict, k_dumped) == "{\"a\":1}");
    }

    void an_empty_secret_is_an_error_of_the_configuration() {
        CPPUNIT_ASSERT_THROW(Signer("", {}, k_salt), zanhu::ConfigError);
        CPPUNIT_ASSERT_THROW(Signer(k_secret, {""}, k_salt), zanhu::ConfigError);
    }

    void dumps_writes_djangos_form() {
        CPPUNIT_ASSERT_EQUAL(std::string(k_dumped), dumps(signer_, "{\"a\":1}", Compress::no, k_time));
        CPPUNIT_ASSERT(loads(signer_, k_dumped) == "{\"a\":1}");
    }

    void data_is_compressed_only_where_that_is_shorter() {
        const std::string dull = "\"" + std::string(1000, 'x') + "\"";
        CPPUNIT_ASSERT_EQUAL(std::string(k_dumped),
                             dumps(signer_, "{\"a\":1}", Compress::when_shorter, k_time));
        const std::string small = dumps(signer_, dull, Compress::when_shorter, k_time);
        CPPUNIT_ASSERT(small.starts_with('.') && small.size() < 100);
        CPPUNIT_ASSERT(loads(signer_, small) == dull);
        CPPUNIT_ASSERT(dumps(signer_, dull, Compress::no, k_time).size() > 1300);
    }

    void an_age_is_checked_only_when_given() {
        CPPUNIT_ASSERT(loads(signer_, k_dumped, 10, k_time + 10));
        CPPUNIT_ASSERT(!loads(signer_, k_dumped, 10, k_time + 11));
        CPPUNIT_ASSERT(loads(signer_, k_dumped, std::nullopt, k_time + 1000000000));
        CPPUNIT_ASSERT(loads(signer_, k_dumped, 10, k_time - 1000));
    }

    void damaged_data_under_a_right_signature_is_refused() {
        const std::string deflated = dumps(signer_, std::string(1000, 'x'), Compress::when_shorter, k_time);
        const std::string cut = deflated.substr(0, deflated.find(':') - 8) + ":1r31eq";
        for (const std::string& bad : {std::string("eyJhIjoxfQ"),
                                       std::string("eyJhIjoxfQ:"),
                                       std::string("eyJhIjoxfQ:-1"),
                                       std::string("eyJhIjoxfQ==:1r31eq"),
                                       std::string("e:1r31eq"),
                                       std::string(".eyJhIjoxfQ:1r31eq"),
                                       std::string(".:1r31eq"),
                                       cut}) {
            CPPUNIT_ASSERT_MESSAGE(bad, !loads(signer_, signer_.sign(bad)));
        }
    }

    void a_payload_is_bounded_to_the_byte() {
        const std::string largest(k_max_signed_payload, '0');
        for (const Compress compress : {Compress::no, Compress::when_shorter}) {
            CPPUNIT_ASSERT(loads(signer_, dumps(signer_, largest, compress, k_time)) == largest);
            CPPUNIT_ASSERT(!loads(signer_, dumps(signer_, largest + "0", compress, k_time)));
            CPPUNIT_ASSERT(!loads(signer_, dumps(signer_, largest, compress, k_time), std::nullopt, 0, 1000));
        }
        const std::string bomb =
            dumps(signer_, std::string(k_max_signed_payload * 16, '0'), Compress::when_shorter, k_time);
        CPPUNIT_ASSERT(bomb.size() < 40000);
        CPPUNIT_ASSERT(!loads(signer_, bomb));
    }

    void djangos_signed_cookie_session_is_read() {
        const Signer cookies(k_secret, {}, "django.contrib.sessions.backends.signed_cookies");
        const std::string_view cookie =
            ".eJyrVopPLC3JiC8tTi2Kz0xRslIyV9JBFktKTM5OzQNJpGQl5qXn6yXn55UUZSbpgZToQWWL9XzzU1JznKBqUQzISCzOAOo"
            "2oBAo1QIAJowyUw:"
            "1r31eq:1ZHU6V18ZtSqxuRZK9lWe-OQrLRyvSIQpLGA3uicYpI";
        const auto json = loads(cookies, cookie, 1209600, k_time + 1209600);
        CPPUNIT_ASSERT(json && json->starts_with("{\"_auth_user_id\":\"7\",\"_auth_user_backend\":"));
        CPPUNIT_ASSERT(!loads(cookies, cookie, 1209600, k_time + 1209601));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SigningTest);

}  // namespace
