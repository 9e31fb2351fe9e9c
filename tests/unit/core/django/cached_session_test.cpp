#include "core/django/cached_session.h"

#include <cppunit/extensions/HelperMacros.h>
#include <zlib.h>

#include <string>
#include <string_view>

namespace zanhu::django {
namespace {

// Python 3.11: pickle.dumps of the session of contracts with protocol 5.
constexpr std::string_view k_pickle_hex =
    "80059577000000000000007d94288c0d5f617574685f757365725f6964948c0137948c125f617574685f757365725f6261636b65"
    "6e64948c29646a616e676f2e636f6e747269622e617574682e6261636b656e64732e4d6f64656c4261636b656e64948c0f5f6175"
    "74685f757365725f68617368948c08303030303030303094752e";

std::string from_hex(std::string_view hex) {
    std::string bytes;
    for (std::size_t i = 0; i < hex.size(); i += 2)
        bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
    return bytes;
}

std::string deflated(std::string_view data) {
    uLongf size = compressBound(data.size());
    std::string out(size, '\0');
    compress(reinterpret_cast<Bytef*>(out.data()),
             &size,
             reinterpret_cast<const Bytef*>(data.data()),
             data.size());
    out.resize(size);
    return out;
}

class CachedSessionTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(CachedSessionTest);
    CPPUNIT_TEST(keys_are_djangos);
    CPPUNIT_TEST(a_pickle_is_read_in_clear_and_compressed);
    CPPUNIT_TEST(json_is_read_in_clear_and_compressed);
    CPPUNIT_TEST(what_is_no_session_is_none);
    CPPUNIT_TEST(a_bomb_is_none_and_costs_no_more);
    CPPUNIT_TEST_SUITE_END();

    void keys_are_djangos() {
        CPPUNIT_ASSERT_EQUAL(std::string(":1:django.contrib.sessions.cacheabc"),
                             cached_session_key("", 1, "cache", "abc"));
        CPPUNIT_ASSERT_EQUAL(std::string("shop:7:django.contrib.sessions.cached_dbabc"),
                             cached_session_key("shop", 7, "cached_db", "abc"));
    }

    void a_pickle_is_read_in_clear_and_compressed() {
        const std::string pickle = from_hex(k_pickle_hex);
        for (const std::string& value : {pickle, deflated(pickle)}) {
            const auto session = read_cached_session(value);
            CPPUNIT_ASSERT(session.has_value());
            CPPUNIT_ASSERT_EQUAL(std::string("7"), *session->find_text("_auth_user_id"));
            CPPUNIT_ASSERT_EQUAL(std::string("00000000"), *session->find_text("_auth_user_hash"));
            CPPUNIT_ASSERT_EQUAL(std::string("django.contrib.auth.backends.ModelBackend"),
                                 *session->find_text("_auth_user_backend"));
        }
    }

    void json_is_read_in_clear_and_compressed() {
        const std::string json = R"({"_auth_user_id": "7", "n": 1})";
        for (const std::string& value : {json, deflated(json)})
            CPPUNIT_ASSERT_EQUAL(std::string("7"), *read_cached_session(value)->find_text("_auth_user_id"));
        CPPUNIT_ASSERT(read_cached_session("{}")->empty());
    }

    void what_is_no_session_is_none() {
        const std::string pickle = from_hex(k_pickle_hex);
        for (const std::string& value : {std::string(),
                                         std::string("7"),
                                         std::string("[]"),
                                         std::string("null"),
                                         std::string("\x80"),
                                         std::string("\x78"),
                                         std::string("\x1f\x8b"),
                                         pickle.substr(0, pickle.size() - 1),
                                         deflated(pickle).substr(0, 40),
                                         deflated(deflated(pickle)),
                                         std::string("\x28\xb5\x2f\xfd zstd")})
            CPPUNIT_ASSERT_MESSAGE(value, !read_cached_session(value));
    }

    void a_bomb_is_none_and_costs_no_more() {
        CPPUNIT_ASSERT(!read_cached_session(deflated("{\"a\": \"" + std::string(64 << 20, 'x') + "\"}")));
        CPPUNIT_ASSERT(!read_cached_session("{\"a\": \"" + std::string(2 << 20, 'x') + "\"}"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CachedSessionTest);

}  // namespace
}  // namespace zanhu::django
