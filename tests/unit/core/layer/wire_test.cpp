// Golden vectors: made with msgpack-python 1.0.3 and cryptography, the libraries of channels_redis 4.0.0.
#include "core/layer/wire.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <limits>
#include <string>

#include <zanhu/errors.h>

#include "core/django/crypto.h"
#include "core/layer/fernet.h"

namespace zanhu::layer {
namespace {

std::string from_hex(std::string_view hex) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
    return bytes;
}

constexpr const char* k_everything =
    "8ca474797065ac636861742e6d657373616765a16effa3626967cf0000010000000000a36d696ed38000000000000000a166cb3f"
    "f8"
    "000000000000a46e6f6e65c0a174c3a26e6fc2a474657874a6e5bca0e4b889a56279746573c40200ffa46c6973749301a1619102"
    "a3"
    "6d617081a16b81a17601";

ValueMap everything() {
    ValueMap inner;
    inner.set("v", 1);
    ValueMap map;
    map.set("k", inner);
    ValueList nested(1, Value(2));
    ValueList list;
    list.emplace_back(1);
    list.emplace_back("a");
    list.emplace_back(nested);
    ValueMap fields;
    fields.set("type", "chat.message").set("n", -1).set("big", std::int64_t{1} << 40);
    fields.set("min", std::numeric_limits<std::int64_t>::min()).set("f", 1.5).set("none", Value());
    fields.set("t", true).set("no", false).set("text", "张三").set("bytes", Bytes(std::string("\0\xff", 2)));
    fields.set("list", list).set("map", map);
    return fields;
}

ValueMap typed(const char* type) {
    ValueMap fields;
    fields.set("type", type);
    return fields;
}

std::optional<ValueMap> read_hex(std::string_view hex) {
    return read_wire(Format::msgpack, from_hex(hex));
}

class WireTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(WireTest);
    CPPUNIT_TEST(a_message_is_written_and_read_as_python_does);
    CPPUNIT_TEST(the_receivers_are_a_text_or_a_list);
    CPPUNIT_TEST(json_is_written_and_read_as_python_does);
    CPPUNIT_TEST(a_whole_float_stays_a_float);
    CPPUNIT_TEST(a_reserved_key_is_refused);
    CPPUNIT_TEST(keys_may_be_bytes_that_are_text);
    CPPUNIT_TEST(what_is_not_one_map_is_refused);
    CPPUNIT_TEST(every_prefix_of_a_message_is_refused);
    CPPUNIT_TEST(depth_and_size_are_bounded);
    CPPUNIT_TEST(a_token_is_what_python_makes);
    CPPUNIT_TEST(any_key_decrypts_and_the_first_encrypts);
    CPPUNIT_TEST(a_token_that_is_old_or_of_the_future_or_changed_is_refused);
    CPPUNIT_TEST_SUITE_END();

public:
    void a_message_is_written_and_read_as_python_does() {
        CPPUNIT_ASSERT_EQUAL(std::string(k_everything),
                             django::to_hex(WireBody(Format::msgpack, everything()).with()));
        const auto read = read_hex(k_everything);
        CPPUNIT_ASSERT(read && *read == everything());
    }

    void the_receivers_are_a_text_or_a_list() {
        const WireBody body(Format::msgpack, typed("x"));
        CPPUNIT_ASSERT_EQUAL(
            std::string("82a474797065a178b05f5f617367695f6368616e6e656c5f5fac73706563696669632e612162"),
            django::to_hex(body.with("specific.a!b")));
        const std::vector<std::string> two = {"specific.a!b", "specific.a!c"};
        CPPUNIT_ASSERT_EQUAL(
            std::string("82a474797065a178b05f5f617367695f6368616e6e656c5f5f92ac73706563696669632e612162"
                        "ac73706563696669632e612163"),
            django::to_hex(body.with(two)));
    }

    void json_is_written_and_read_as_python_does() {
        ValueMap fields = typed("x");
        fields.set("n", 1).set("text", "é");
        const WireBody body(Format::json, fields);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"type": "x", "n": 1, "text": "\u00e9"})"), body.with());
        const std::vector<std::string> one = {"a!b"};
        const std::string text = body.with(one);
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"({"type": "x", "n": 1, "text": "\u00e9", "__asgi_channel__": ["a!b"]})"), text);
        const auto read = read_wire(Format::json, text);
        CPPUNIT_ASSERT(read && read->size() == 4);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"__asgi_channel__": "a!b"})"),
                             WireBody(Format::json, ValueMap()).with("a!b"));
        for (const char* bad : {"", "[]", "1", "{", R"({"a": 1} x)"})
            CPPUNIT_ASSERT_MESSAGE(bad, !read_wire(Format::json, bad));
        ValueMap bytes = typed("x");
        bytes.set("b", Bytes("x"));
        CPPUNIT_ASSERT_THROW(WireBody(Format::json, bytes), Error);
    }

    void a_reserved_key_is_refused() {
        ValueMap fields = typed("x");
        fields.set("__asgi_channel__", "a!b");
        CPPUNIT_ASSERT_THROW(WireBody(Format::msgpack, fields), Error);
        CPPUNIT_ASSERT_THROW(WireBody(Format::json, fields), Error);
    }

    void keys_may_be_bytes_that_are_text() {
        const auto read = read_hex("81c40161a178");  // {b"a": "x"}
        CPPUNIT_ASSERT(read && *read->find_text("a") == "x");
        CPPUNIT_ASSERT(!read_hex("81c401ffa178"));
    }

    void what_is_not_one_map_is_refused() {
        for (const char* hex : {"",
                                "c0",
                                "90",
                                "01",
                                "a178",
                                "8001",
                                "80c0",
                                "8101c0",
                                "81c0c0",
                                "8190c0",
                                "8180c0",
                                "81a161d4017a",
                                "81a161c7",
                                "81a161a1ff",
                                "81a161c1",
                                "81a161cfffffffffffffffff"})
            CPPUNIT_ASSERT_MESSAGE(hex, !read_hex(hex));
        CPPUNIT_ASSERT(read_hex("80"));
        CPPUNIT_ASSERT(read_hex("81a161cf7fffffffffffffff"));
        const auto single = read_hex("81a161ca3fc00000");
        CPPUNIT_ASSERT(single && *single->find("a")->as<double>() == 1.5);
        const auto twice = read_hex("82a16101a16102");
        CPPUNIT_ASSERT(twice && twice->size() == 1 && *twice->find("a")->as<std::int64_t>() == 2);
    }

    void a_whole_float_stays_a_float() {
        for (const double number : {0.0, 1.0, -2.0, 1e300, 18446744073709551615.0}) {
            ValueMap fields;
            fields.set("a", number);
            const std::string bytes = WireBody(Format::msgpack, fields).with();
            CPPUNIT_ASSERT_EQUAL('\xcb', bytes[3]);
            const auto again = read_wire(Format::msgpack, bytes);
            CPPUNIT_ASSERT(again && *again->find("a")->as<double>() == number);
        }
    }

    void every_prefix_of_a_message_is_refused() {
        const std::string whole = from_hex(k_everything);
        for (std::size_t size = 0; size < whole.size(); ++size)
            CPPUNIT_ASSERT(!read_wire(Format::msgpack, std::string_view(whole).substr(0, size)));
    }

    void depth_and_size_are_bounded() {
        const auto nested = [](std::size_t depth) {
            std::string bytes =
                "\x81\xa1"
                "a";
            bytes.append(depth, '\x91');
            return bytes + '\x01';
        };
        CPPUNIT_ASSERT(read_wire(Format::msgpack, nested(63)));
        CPPUNIT_ASSERT(!read_wire(Format::msgpack, nested(64)));
        CPPUNIT_ASSERT(!read_wire(Format::msgpack, nested(1'000'000)));
        CPPUNIT_ASSERT(!read_hex("dfffffffff"));
        CPPUNIT_ASSERT(!read_hex("81a161ddffffffff"));
        CPPUNIT_ASSERT(!read_hex("81a161dbffffffff"));
        WireLimits limits;
        limits.max_size = 3;
        CPPUNIT_ASSERT(!read_wire(Format::msgpack, from_hex("81a16101"), limits));
    }

    void a_token_is_what_python_makes() {
        const Fernet fernet({"a key"});
        std::string vector;
        for (char c = 0; c < 16; ++c)
            vector += c;
        const std::string token =
            "gAAAAABlU_EAAAECAwQFBgcICQoLDA0ODxCtuSQz4noQrpLjGzSsc84fhRzNXBSvDK46qvVGdVJqQsI523nX"
            "M8DAet_S9WX2VQ==";
        CPPUNIT_ASSERT_EQUAL(token, fernet.encrypt("hello fernet", 1'700'000'000, vector));
        CPPUNIT_ASSERT_EQUAL(std::string("hello fernet"), fernet.decrypt(token, 1'700'000'000, {}).value());
        const std::string empty =
            "gAAAAABlU_EAAAECAwQFBgcICQoLDA0OD60alVsxpAdrKxtkxQdkVUg6ryPFprIiFUjaTparaH5W_QYFFcK1"
            "jh-ZD-YimH7hfg==";
        CPPUNIT_ASSERT_EQUAL(empty, fernet.encrypt("", 1'700'000'000, vector));
        CPPUNIT_ASSERT_EQUAL(std::string(), fernet.decrypt(empty, 1'700'000'000, {}).value());
    }

    void any_key_decrypts_and_the_first_encrypts() {
        const Fernet old_one({"old"});
        const Fernet both({"new", "old"});
        const Fernet new_one({"new"});
        CPPUNIT_ASSERT_EQUAL(std::string("x"), both.decrypt(old_one.encrypt("x", 100), 100, {}).value());
        CPPUNIT_ASSERT_EQUAL(std::string("x"), new_one.decrypt(both.encrypt("x", 100), 100, {}).value());
        CPPUNIT_ASSERT(!old_one.decrypt(both.encrypt("x", 100), 100, {}));
        CPPUNIT_ASSERT(both.encrypt("x", 100) != both.encrypt("x", 100));
    }

    void a_token_that_is_old_or_of_the_future_or_changed_is_refused() {
        const Fernet fernet({"a key"});
        const std::string token = fernet.encrypt("x", 1000);
        const std::chrono::seconds age(70);
        CPPUNIT_ASSERT(fernet.decrypt(token, 1070, age));
        CPPUNIT_ASSERT(!fernet.decrypt(token, 1071, age));
        CPPUNIT_ASSERT(fernet.decrypt(token, 940, age));
        CPPUNIT_ASSERT(!fernet.decrypt(token, 939, age));
        CPPUNIT_ASSERT(!fernet.decrypt(token, 939, {}));
        for (std::size_t i = 0; i < token.size(); ++i) {
            std::string changed = token;
            changed[i] = changed[i] == 'A' ? 'B' : 'A';
            CPPUNIT_ASSERT_MESSAGE(changed, !fernet.decrypt(changed, 1000, age));
        }
        for (std::size_t size = 0; size < token.size(); ++size)
            CPPUNIT_ASSERT(!fernet.decrypt(token.substr(0, size), 1000, age));
        CPPUNIT_ASSERT(!fernet.decrypt(token + "=", 1000, age));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(WireTest);

}  // namespace
}  // namespace zanhu::layer
