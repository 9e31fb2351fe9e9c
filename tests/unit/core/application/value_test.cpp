#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <limits>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <zanhu/components.h>
#include <zanhu/errors.h>
#include <zanhu/layer_message.h>
#include <zanhu/scope.h>
#include <zanhu/value.h>

namespace zanhu {
namespace {

class ValueTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(ValueTest);
    CPPUNIT_TEST(a_map_keeps_the_order_and_replaces_in_place);
    CPPUNIT_TEST(json_is_written_as_python_writes_it);
    CPPUNIT_TEST(what_json_cannot_carry_throws);
    CPPUNIT_TEST(json_is_read_and_written_back);
    CPPUNIT_TEST(what_is_not_json_is_nothing);
    CPPUNIT_TEST(numbers_keep_their_kind);
    CPPUNIT_TEST_SUITE_END();

public:
    void a_map_keeps_the_order_and_replaces_in_place() {
        ValueMap map;
        map.set("b", 1).set("a", 2).set("c", 3);
        map.set("b", "new");
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"b": "new", "a": 2, "c": 3})"), to_json(map));
        CPPUNIT_ASSERT(map.remove("a") && !map.remove("a"));
        CPPUNIT_ASSERT(map.find("a") == nullptr && map.find_text("c") == nullptr);
        CPPUNIT_ASSERT_EQUAL(std::string("new"), *map.find_text("b"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), map.size());
    }

    void json_is_written_as_python_writes_it() {
        ValueList list;
        for (const Value& value : {Value(),
                                   Value(true),
                                   Value(-5),
                                   Value(1.5),
                                   Value("a\"\\\n\t\x01/\x7f"),
                                   Value(1e100),
                                   Value("é张😀")})
            list.push_back(value);
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                R"([null, true, -5, 1.5, "a\"\\\n\t\u0001/\u007f", 1e+100, "\u00e9\u5f20\ud83d\ude00"])"),
            to_json(Value(list)));
        CPPUNIT_ASSERT_EQUAL(std::string("{}"), to_json(ValueMap()));
        CPPUNIT_ASSERT_EQUAL(std::string("[]"), to_json(Value(ValueList())));
    }

    void what_json_cannot_carry_throws() {
        CPPUNIT_ASSERT_THROW(to_json(Value(Bytes("x"))), Error);
        CPPUNIT_ASSERT_THROW(to_json(Value("\xff")), Error);
        ValueMap map;
        map.set("\xc3", 1);
        CPPUNIT_ASSERT_THROW(to_json(map), Error);
    }

    void json_is_read_and_written_back() {
        for (const char* text : {R"({"a": [1, {"b": null}], "c": {"d": "\u00e9"}})",
                                 "[]",
                                 "{}",
                                 "true",
                                 "false",
                                 "null",
                                 "-7",
                                 R"("")",
                                 "[[[[]]]]"}) {
            const auto value = parse_json(text);
            CPPUNIT_ASSERT_MESSAGE(text, value.has_value());
            CPPUNIT_ASSERT_EQUAL(std::string(text), to_json(*value));
        }
        CPPUNIT_ASSERT(*parse_json(R"("\ud83d\ude00\/\b\f\n\r\t\"\\")") == Value("😀/\b\f\n\r\t\"\\"));
        CPPUNIT_ASSERT(*parse_json(" \t\r\n 1 \n") == Value(1));
    }

    void what_is_not_json_is_nothing() {
        for (const char* text : {"",
                                 " ",
                                 "{",
                                 "[1,",
                                 "[1,]",
                                 "{\"a\":1,}",
                                 "{a:1}",
                                 "'a'",
                                 "1 2",
                                 "01",
                                 "+1",
                                 ".5",
                                 "1.",
                                 "1e",
                                 "-",
                                 "NaN",
                                 "Infinity",
                                 "tru",
                                 "\"\n\"",
                                 "\"\\x\"",
                                 "\"\\ud800\"",
                                 "\"\\udc00x\"",
                                 "\"a",
                                 "\xff",
                                 "\"\xc3\"",
                                 "[1}",
                                 "// c\n1",
                                 "\xef\xbb\xbf"
                                 "1",
                                 "{\"a\" 1}",
                                 "{1:2}"})
            CPPUNIT_ASSERT_MESSAGE(text, !parse_json(text));
        CPPUNIT_ASSERT(parse_json(std::string(64, '[') + std::string(64, ']')).has_value());
        CPPUNIT_ASSERT(!parse_json(std::string(65, '[') + std::string(65, ']')));
        CPPUNIT_ASSERT(!parse_json(std::string(1'000'000, '[')));
        CPPUNIT_ASSERT(!parse_json(std::string("\"a\0b\"", 5)));
    }

    void numbers_keep_their_kind() {
        CPPUNIT_ASSERT(*parse_json("9223372036854775807") == Value(std::numeric_limits<std::int64_t>::max()));
        CPPUNIT_ASSERT(*parse_json("-9223372036854775808") ==
                       Value(std::numeric_limits<std::int64_t>::min()));
        CPPUNIT_ASSERT(parse_json("9223372036854775808")->as<double>() != nullptr);
        CPPUNIT_ASSERT(*parse_json("1.0") == Value(1.0));
        CPPUNIT_ASSERT(*parse_json("1e2") == Value(100.0));
        CPPUNIT_ASSERT(parse_json("-0")->as<std::int64_t>() != nullptr);
        CPPUNIT_ASSERT_EQUAL(std::string("1.0"), to_json(Value(1.0)));
        CPPUNIT_ASSERT_EQUAL(std::string("0.1"), to_json(Value(0.1)));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ValueTest);

class LayerMessageTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(LayerMessageTest);
    CPPUNIT_TEST(a_message_has_a_type_and_fields);
    CPPUNIT_TEST(a_map_without_a_type_is_no_message);
    CPPUNIT_TEST(json_and_each_frame_are_made_once_whoever_asks);
    CPPUNIT_TEST(a_failure_to_encode_fails_everybody);
    CPPUNIT_TEST_SUITE_END();

public:
    void a_message_has_a_type_and_fields() {
        LayerMessage message("chat.message");
        message.set("text", "hi").set("n", 1);
        CPPUNIT_ASSERT_EQUAL(std::string("chat.message"), message.type());
        CPPUNIT_ASSERT_EQUAL(std::string("hi"), std::string(message.text("text")));
        CPPUNIT_ASSERT(message.text("n").empty() && message.text("none").empty());
        CPPUNIT_ASSERT(*message.find("n") == Value(1) && message.find("none") == nullptr);
    }

    void a_map_without_a_type_is_no_message() {
        ValueMap fields;
        fields.set("x", 1);
        CPPUNIT_ASSERT_THROW(LayerMessage::from(fields), Error);
        fields.set("type", 7);
        CPPUNIT_ASSERT_THROW(LayerMessage::from(fields), Error);
        fields.set("type", "ok");
        CPPUNIT_ASSERT_EQUAL(std::string("ok"), LayerMessage::from(fields).type());
    }

    void json_and_each_frame_are_made_once_whoever_asks() {
        for (int round = 0; round < 20; ++round) {
            const SharedMessage message(LayerMessage("a.b"));
            std::atomic<int> made{0};
            std::vector<const void*> seen(4);
            constexpr std::size_t last = SharedMessage::k_variants - 1;
            std::vector<std::thread> threads;
            for (std::size_t t = 0; t < seen.size(); ++t) {
                threads.emplace_back([&seen, &made, message, t] {
                    const auto make = [&made](const std::string& json) {
                        ++made;
                        return std::make_shared<const std::string>("frame of " + json);
                    };
                    seen[t] = message.frame(last, make).get();
                });
            }
            for (std::thread& thread : threads)
                thread.join();
            CPPUNIT_ASSERT_EQUAL(1, made.load());
            for (const void* each : seen)
                CPPUNIT_ASSERT(each == seen[0] && each != nullptr);
            CPPUNIT_ASSERT_EQUAL(std::string(R"({"type": "a.b"})"), message.as_json());
            const auto other = [](const std::string&) {
                return std::make_shared<const std::string>("other");
            };
            CPPUNIT_ASSERT_EQUAL(std::string("other"), *message.frame(0, other));
            CPPUNIT_ASSERT_EQUAL(std::string(R"(frame of {"type": "a.b"})"), *message.frame(last, other));
        }
        CPPUNIT_ASSERT(!SharedMessage());
    }

    void a_failure_to_encode_fails_everybody() {
        LayerMessage unencodable("a.b");
        unencodable.set("data", Bytes("\xff"));
        const SharedMessage message(std::move(unencodable));
        const SharedMessage copy = message;
        CPPUNIT_ASSERT_THROW(message.as_json(), Error);
        CPPUNIT_ASSERT_THROW(copy.as_json(), Error);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LayerMessageTest);

class SomeFactory final : public ApplicationFactory {
public:
    void configure(const ConfigView&, Services&) override {}
    std::unique_ptr<Application> make() const override { return nullptr; }
};

class ScopeTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(ScopeTest);
    CPPUNIT_TEST(slots_are_found_by_key_and_type);
    CPPUNIT_TEST(what_only_the_handshake_needed_is_let_go);
    CPPUNIT_TEST(components_are_known_by_name);
    CPPUNIT_TEST_SUITE_END();

public:
    void slots_are_found_by_key_and_type() {
        Scope scope;
        CPPUNIT_ASSERT(scope.find<int>("n") == nullptr);
        scope.set("n", 1) = 2;
        CPPUNIT_ASSERT_EQUAL(2, *scope.find<int>("n"));
        CPPUNIT_ASSERT(scope.find<std::string>("n") == nullptr);
        scope.set("n", std::string("text"));
        CPPUNIT_ASSERT(scope.find<int>("n") == nullptr);
        CPPUNIT_ASSERT_EQUAL(std::string("text"), *scope.find<std::string>("n"));
        scope.remove("n");
        scope.remove("n");
        CPPUNIT_ASSERT(scope.find<std::string>("n") == nullptr);
    }

    void what_only_the_handshake_needed_is_let_go() {
        Scope scope;
        scope.path = "/kept";
        scope.headers.add("a", "b");
        scope.subprotocols = {"chat"};
        scope.url_route.kwargs.set("kept", 1);
        for (const char* key : {"cookies", "session", "user"})
            scope.set(key, 1);
        scope.release_request();
        CPPUNIT_ASSERT(scope.headers.empty() && scope.subprotocols.empty());
        CPPUNIT_ASSERT(scope.find<int>("cookies") == nullptr && scope.find<int>("session") == nullptr);
        CPPUNIT_ASSERT(scope.find<int>("user") != nullptr && scope.path == "/kept");
        CPPUNIT_ASSERT_EQUAL(std::string("1"), scope.url_route.kwarg_text("kept"));
    }

    void components_are_known_by_name() {
        Components components;
        components.add_middleware("Some", [] { return nullptr; });
        components.add_application("Some", [] { return std::make_unique<SomeFactory>(); });
        CPPUNIT_ASSERT_THROW(components.add_middleware("Some", [] { return nullptr; }), ConfigError);
        CPPUNIT_ASSERT_THROW(components.add_application("Some", [] { return nullptr; }), ConfigError);
        CPPUNIT_ASSERT(components.middleware("Some") == nullptr);
        CPPUNIT_ASSERT_THROW((void)components.middleware("some"), ConfigError);
        CPPUNIT_ASSERT_THROW((void)components.application("Other"), ConfigError);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ScopeTest);

}  // namespace
}  // namespace zanhu
