#include "core/django/session_codec.h"

#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <string_view>

#include <zanhu/errors.h>

namespace {

using namespace zanhu::django;
using zanhu::Value;
using zanhu::ValueList;
using zanhu::ValueMap;

// golden values: Django 3.2 with this secret at this time
constexpr std::string_view k_secret = "exp-secret-key-0123456789";
constexpr std::int64_t k_time = 1700000000;
constexpr std::string_view k_row =
    "eyJfYXV0aF91c2VyX2lkIjoiMSJ9:1r31eq:ePAwOGSAnJPKLiiM8Q-9sg_rl8uYukbuE9ydn3nO0Vo";
constexpr std::string_view k_long_row =
    ".eJyrVopPLC3JiC8tTi2Kz0xRslIyV9JBFktKTM5OzQNJpGQl5qXn6yXn55UUZSbpgZToQWWL9XzzU1JznKBqUQzISCzOAOo2oBAo1QI"
    "AJowyUw:1r31eq:"
    "2ffRUkdTIWmsz4kSDB4cUErUwwawQ1lI_pkprIum0bE";
constexpr std::string_view k_legacy_row =
    "ODUzYjczNDhiZmYzN2NmOTQ5YTJjYjcyYzlkYzZjNzg0MWMxNjk4YTp7Il9hdXRoX3VzZXJfaWQiOiIxIn0=";
constexpr std::string_view k_rich_row =
    "eyJuYW1lIjoiXHU1ZjIwXHU0ZTA5IFwicVwiIFxcIFx0IFx1ZDgzZFx1ZGUwMCIsIm4iOlsxLC0yLjUsdHJ1ZSxudWxsXSwiZW1wdHki"
    "Ont9fQ:1r31eq:"
    "l-xcdGSwGwUrmReozJ6TCP63GeFip5cwMsdjq76y1EM";

ValueMap user_one() {
    return ValueMap().set("_auth_user_id", "1");
}

class SessionCodecTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(SessionCodecTest);
    CPPUNIT_TEST(a_row_of_django_is_read_and_written);
    CPPUNIT_TEST(a_compressed_row_of_django_is_read);
    CPPUNIT_TEST(every_kind_of_value_is_written_as_python_writes_it);
    CPPUNIT_TEST(spaces_inside_of_texts_stay);
    CPPUNIT_TEST(what_json_cannot_carry_is_an_error);
    CPPUNIT_TEST(a_row_from_before_django_3_1_is_read_unless_refused);
    CPPUNIT_TEST(a_store_class_of_the_sites_own_has_a_salt_of_its_own);
    CPPUNIT_TEST(a_row_of_a_fallback_is_read_in_both_forms);
    CPPUNIT_TEST(a_changed_row_is_not_ours_at_every_byte);
    CPPUNIT_TEST(a_signed_row_without_a_json_object_is_damaged);
    CPPUNIT_TEST(a_pickled_session_is_refused_by_name);
    CPPUNIT_TEST(every_fault_has_a_sentence);
    CPPUNIT_TEST(a_signed_cookie_is_good_for_its_age);
    CPPUNIT_TEST(session_keys_are_djangos);
    CPPUNIT_TEST_SUITE_END();

    const SessionCodec codec_{k_secret};

    SessionFault fault_of(std::string_view row) {
        SessionFault fault = SessionFault::none;
        CPPUNIT_ASSERT_MESSAGE(std::string(row), !codec_.decode(row, &fault));
        return fault;
    }

public:
    void a_row_of_django_is_read_and_written() {
        CPPUNIT_ASSERT_EQUAL(std::string(k_row), codec_.encode(user_one(), k_time));
        CPPUNIT_ASSERT_EQUAL(std::string(k_row), codec_.encode_json("{\"_auth_user_id\":\"1\"}", k_time));
        CPPUNIT_ASSERT(codec_.decode_json(k_row) == "{\"_auth_user_id\":\"1\"}");
        SessionFault fault = SessionFault::damaged;
        CPPUNIT_ASSERT(codec_.decode(k_row, &fault) == user_one());
        CPPUNIT_ASSERT(fault == SessionFault::none);
    }

    void a_compressed_row_of_django_is_read() {
        const ValueMap expected = ValueMap()
                                      .set("_auth_user_id", "7")
                                      .set("_auth_user_backend", "django.contrib.auth.backends.ModelBackend")
                                      .set("_auth_user_hash", std::string(64, '0'));
        CPPUNIT_ASSERT(codec_.decode(k_long_row) == expected);
        const std::string ours = codec_.encode(expected, k_time);
        CPPUNIT_ASSERT(ours.starts_with('.'));
        CPPUNIT_ASSERT(codec_.decode(ours) == expected);
    }

    void every_kind_of_value_is_written_as_python_writes_it() {
        const ValueMap rich = ValueMap()
                                  .set("name", "张三 \"q\" \\ \t 😀")
                                  .set("n", ValueList{Value(1), Value(-2.5), Value(true), Value()})
                                  .set("empty", ValueMap());
        CPPUNIT_ASSERT_EQUAL(std::string(k_rich_row), codec_.encode(rich, k_time));
        CPPUNIT_ASSERT(codec_.decode(k_rich_row) == rich);
    }

    void spaces_inside_of_texts_stay() {
        const ValueMap spaced = ValueMap().set("a, b: c", ", : \\\" \\").set("d ", " ");
        const std::string row = codec_.encode(spaced, k_time);
        CPPUNIT_ASSERT(codec_.decode(row) == spaced);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"a, b: c":", : \\\" \\","d ":" "})"), *codec_.decode_json(row));
    }

    void what_json_cannot_carry_is_an_error() {
        CPPUNIT_ASSERT_THROW(static_cast<void>(codec_.encode(ValueMap().set("a", "\xff"), k_time)),
                             zanhu::Error);
        CPPUNIT_ASSERT_THROW(static_cast<void>(codec_.encode(ValueMap().set("a", zanhu::Bytes("x")), k_time)),
                             zanhu::Error);
    }

    void a_row_from_before_django_3_1_is_read_unless_refused() {
        CPPUNIT_ASSERT(codec_.decode(k_legacy_row) == user_one());
        const SessionCodec strict(k_secret, {}, k_session_salt, LegacySha1::refuse);
        CPPUNIT_ASSERT(!strict.decode(k_legacy_row));
        CPPUNIT_ASSERT(strict.decode(k_row) == user_one());
    }

    void a_store_class_of_the_sites_own_has_a_salt_of_its_own() {
        const SessionCodec site(k_secret, {}, "django.contrib.sessions.SiteStore");
        const std::string_view row = "eyJhIjoxfQ:1r31eq:oc3RJlh5hZ1x9kYgeeBjo5B8GnEUlhxNJmDrQKK2aBE";
        const std::string_view legacy = "YThkNTE3Zjc4NjhlODMwMmI3OWE5NDUxZTZkNzU3ZjNlMDBjNTg3ODp7ImEiOjF9";
        for (const std::string_view text : {row, legacy}) {
            CPPUNIT_ASSERT(site.decode(text) == ValueMap().set("a", 1));
            CPPUNIT_ASSERT(fault_of(text) == SessionFault::not_ours);
        }
        CPPUNIT_ASSERT(!site.decode(k_row));
    }

    void a_row_of_a_fallback_is_read_in_both_forms() {
        const SessionCodec rotated("new-secret", {"middle", std::string(k_secret)});
        for (const std::string_view row : {k_row, k_legacy_row}) {
            CPPUNIT_ASSERT(rotated.decode(row) == user_one());
        }
        CPPUNIT_ASSERT(!codec_.decode(rotated.encode(user_one(), k_time)));
    }

    void a_changed_row_is_not_ours_at_every_byte() {
        for (const std::string_view row : {k_row, k_long_row, k_legacy_row}) {
            for (std::size_t i = 0; i < row.size(); ++i) {
                std::string changed(row);
                changed[i] = static_cast<char>(changed[i] ^ 1);
                CPPUNIT_ASSERT(fault_of(changed) == SessionFault::not_ours);
                CPPUNIT_ASSERT(fault_of(row.substr(0, i)) == SessionFault::not_ours);
            }
        }
    }

    void a_signed_row_without_a_json_object_is_damaged() {
        for (const char* json : {"", "[]", "1", "null", "\"a\"", "{", "{\"a\":}", "{}x", "{\"a\":NaN}"}) {
            CPPUNIT_ASSERT(fault_of(codec_.encode_json(json, k_time)) == SessionFault::damaged);
        }
        const std::string huge = "{\"a\":\"" + std::string(k_max_signed_payload, 'x') + "\"}";
        CPPUNIT_ASSERT(fault_of(codec_.encode_json(huge, k_time)) == SessionFault::damaged);
        std::string deep;
        for (int i = 0; i < 100000; ++i)
            deep += "{\"a\":";
        CPPUNIT_ASSERT(fault_of(codec_.encode_json(deep, k_time)) == SessionFault::damaged);
    }

    void a_pickled_session_is_refused_by_name() {
        CPPUNIT_ASSERT(
            fault_of("gASVCgAAAAAAAAB9lIwBYZRLAXMu:1r31eq:h7C77PsV4pzECzrrhsQTjVmSJxlE0-w9w8gEFvznn2M") ==
            SessionFault::pickled);
    }

    void every_fault_has_a_sentence() {
        CPPUNIT_ASSERT(describe(SessionFault::none).empty());
        CPPUNIT_ASSERT(describe(SessionFault::not_ours).find("secret_key") != std::string_view::npos);
        CPPUNIT_ASSERT(describe(SessionFault::damaged).find("JSON") != std::string_view::npos);
        CPPUNIT_ASSERT(describe(SessionFault::pickled).find("JSONSerializer") != std::string_view::npos);
    }

    void a_signed_cookie_is_good_for_its_age() {
        const std::string row(k_long_row);
        const std::string cookie =
            row.substr(0, row.rfind(':')) + ":1ZHU6V18ZtSqxuRZK9lWe-OQrLRyvSIQpLGA3uicYpI";
        const SessionCodec codec(k_secret, {}, k_signed_cookie_salt);
        SessionFault fault = SessionFault::damaged;
        const auto session = codec.decode_recent(cookie, 1209600, k_time + 1209600, fault);
        CPPUNIT_ASSERT(session && fault == SessionFault::none);
        CPPUNIT_ASSERT_EQUAL(std::string("7"), *session->find_text("_auth_user_id"));
        CPPUNIT_ASSERT(!codec.decode_recent(cookie, 1209600, k_time + 1209601, fault));
        CPPUNIT_ASSERT(fault == SessionFault::expired);
        CPPUNIT_ASSERT(!codec.decode_recent(row, 1209600, k_time, fault));
        CPPUNIT_ASSERT_MESSAGE("the salt of rows", fault == SessionFault::not_ours);
        CPPUNIT_ASSERT(!codec.decode_recent(codec.encode_json("[1]", k_time), 60, k_time, fault));
        CPPUNIT_ASSERT(fault == SessionFault::damaged);
    }

    void session_keys_are_djangos() {
        const std::string key = new_session_key();
        CPPUNIT_ASSERT_EQUAL(std::size_t{32}, key.size());
        CPPUNIT_ASSERT(key.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789") == std::string::npos);
        CPPUNIT_ASSERT(key != new_session_key());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SessionCodecTest);

}  // namespace
