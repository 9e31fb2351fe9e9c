#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "core/ws/message_reader.h"
#include "core/ws/piece_buffer.h"
#include "tests/unit/core/ws/wire.h"

namespace zanhu::ws {
namespace {

using wire::feed;
using wire::frame;
using wire::header;

constexpr std::size_t k_mib = std::size_t{1} << 20;

class MessageReaderMemoryTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(MessageReaderMemoryTest);
    CPPUNIT_TEST(a_whole_frame_is_given_out_where_it_lies);
    CPPUNIT_TEST(a_control_frame_between_fragments_is_given_out_where_it_lies);
    CPPUNIT_TEST(a_bad_text_is_refused_before_the_rest_arrives);
    CPPUNIT_TEST(limits_are_checked_before_the_payload_arrives);
    CPPUNIT_TEST(an_announced_length_costs_no_memory);
    CPPUNIT_TEST(the_buffer_grows_by_what_arrived_and_stops_at_its_bound);
    CPPUNIT_TEST(mid_message_is_true_inside_of_frames_and_messages_only);
    CPPUNIT_TEST(after_an_error_all_input_is_ignored);
    CPPUNIT_TEST(a_reader_may_be_moved_in_the_middle_of_a_message);
    CPPUNIT_TEST(limits_have_the_defaults_that_the_header_names);
    CPPUNIT_TEST(sixteen_mebibytes_arrive_in_one_frame);
    CPPUNIT_TEST(sixteen_mebibytes_arrive_in_fragments_of_64_bytes);
    CPPUNIT_TEST(random_traffic_arrives_as_it_was_sent);
    CPPUNIT_TEST_SUITE_END();

    void a_whole_frame_is_given_out_where_it_lies() {
        for (const std::size_t size : {1, 64, 125, 126, 1000, 65535, 65536}) {
            std::string bytes = frame(0x81, std::string(size, 'a')) + frame(0x82, "b");
            std::span<char> input(bytes.data(), bytes.size());
            MessageReader reader{Limits{}};
            const Item item = reader.next(input);
            CPPUNIT_ASSERT(item.kind == Item::text && item.payload == std::string(size, 'a'));
            CPPUNIT_ASSERT(item.payload.data() + size == input.data());
            CPPUNIT_ASSERT(input.data() + input.size() == bytes.data() + bytes.size());
        }
    }

    void a_control_frame_between_fragments_is_given_out_where_it_lies() {
        std::string bytes = frame(0x01, "a") + frame(0x89, "ping") + frame(0x80, "b");
        std::span<char> input(bytes.data(), bytes.size());
        MessageReader reader{Limits{}};
        const Item ping = reader.next(input);
        CPPUNIT_ASSERT(ping.kind == Item::ping && ping.payload.data() + 4 == input.data());
        const Item text = reader.next(input);
        CPPUNIT_ASSERT(text.kind == Item::text && text.payload == "ab");
    }

    void a_bad_text_is_refused_before_the_rest_arrives() {
        MessageReader one_frame{Limits{}};
        CPPUNIT_ASSERT_EQUAL(
            std::string(),
            feed(one_frame, header(0x81, 1000, "    ") + wire::masked("good so far ", "    ")));
        CPPUNIT_ASSERT_EQUAL(std::string("error 1007 "), feed(one_frame, wire::masked("\xC0", " ")));
        MessageReader fragments{Limits{}};
        CPPUNIT_ASSERT_EQUAL(std::string(), feed(fragments, frame(0x01, "a\xED") + header(0x00, 50)));
        CPPUNIT_ASSERT_EQUAL(std::string("error 1007 "), feed(fragments, wire::masked("\xA0", "\x1d")));
        MessageReader binary{Limits{}};
        CPPUNIT_ASSERT_EQUAL(std::string(), feed(binary, header(0x82, 1000) + "\xC0\xFF\x80"));
    }

    void limits_are_checked_before_the_payload_arrives() {
        MessageReader one{Limits{}};
        CPPUNIT_ASSERT_EQUAL(std::string(), feed(one, header(0x82, k_mib)));
        MessageReader two{Limits{}};
        CPPUNIT_ASSERT_EQUAL(std::string("error 1009 "), feed(two, header(0x82, k_mib + 1)));
        MessageReader three{Limits{}};
        CPPUNIT_ASSERT_EQUAL(std::string("error 1009 "), feed(three, frame(0x01, "a") + header(0x80, k_mib)));
        MessageReader four{Limits{.max_message_size = 10, .max_frame_size = 1000}};
        CPPUNIT_ASSERT_EQUAL(std::string("error 1009 "), feed(four, header(0x81, 11)));
        MessageReader small{Limits{.max_message_size = 10}};
        CPPUNIT_ASSERT_EQUAL(std::string("text(as long as) error 1009 "),
                             feed(small, frame(0x81, "as long as") + frame(0x81, "longer than")));
        MessageReader five{Limits{.max_fragments = 2}};
        CPPUNIT_ASSERT_EQUAL(std::string("error 1009 "),
                             feed(five, frame(0x01, "a") + frame(0x00, "b") + header(0x80, 5)));
    }

    // A mebibyte of mebibytes: to reserve it would fail at once.
    void an_announced_length_costs_no_memory() {
        for (const unsigned first : {0x82, 0x02}) {
            MessageReader reader{Limits{.max_message_size = k_mib * k_mib}};
            CPPUNIT_ASSERT_EQUAL(std::string(), feed(reader, header(first, k_mib * k_mib) + "arrived"));
            CPPUNIT_ASSERT_EQUAL(std::string(), feed(reader, std::string(100000, 'a')));
            CPPUNIT_ASSERT(reader.mid_message());
        }
    }

    void the_buffer_grows_by_what_arrived_and_stops_at_its_bound() {
        PieceBuffer buffer;
        const std::string piece(100, 'p');
        for (std::size_t size = 100; size <= 1000; size += 100) {
            char* const at = buffer.extend(piece.size(), 1000);
            std::copy(piece.begin(), piece.end(), at);
            CPPUNIT_ASSERT(at == buffer.view().data() + size - 100);
            CPPUNIT_ASSERT_EQUAL(size, buffer.size());
            CPPUNIT_ASSERT(buffer.capacity() >= size &&
                           buffer.capacity() <= std::min<std::size_t>(2 * size, 1000));
        }
        CPPUNIT_ASSERT_EQUAL(std::string(1000, 'p'), std::string(buffer.view()));
        buffer.truncate(1);
        CPPUNIT_ASSERT_EQUAL(std::string("p"), std::string(buffer.view()));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1000}, buffer.capacity());
    }

    void mid_message_is_true_inside_of_frames_and_messages_only() {
        MessageReader reader{Limits{}};
        CPPUNIT_ASSERT(!reader.mid_message());
        const struct {
            std::string bytes;
            bool mid;
        } steps[] = {
            {frame(0x81, "a"), false},
            {"\x81", true},
            {frame(0x81, "abc").substr(1, 7), true},
            {frame(0x81, "abc").substr(8), false},
            {frame(0x01, "a"), true},
            {frame(0x89, "p"), true},
            {frame(0x89, "p").substr(0, 3), true},
            {frame(0x89, "p").substr(3), true},
            {frame(0x80, "b"), false},
            {frame(0x89, "pp").substr(0, 7), true},
            {frame(0x89, "pp").substr(7), false},
            {frame(0x01, "a"), true},
            {frame(0x88), false},
            {frame(0x01, "a"), false},
        };
        int number = 0;
        for (const auto& step : steps) {
            (void)feed(reader, step.bytes);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(std::to_string(number++), step.mid, reader.mid_message());
        }
    }

    void after_an_error_all_input_is_ignored() {
        for (const std::string& bad : {frame(0x83), frame(0x81, "\xFF"), header(0x81, 2 * k_mib)}) {
            MessageReader reader{Limits{}};
            const std::string seen = feed(reader, bad + frame(0x81, "later"));
            CPPUNIT_ASSERT(seen.starts_with("error") && seen.find("later") == std::string::npos);
            CPPUNIT_ASSERT_EQUAL(std::string(), feed(reader, frame(0x81, "later")));
            CPPUNIT_ASSERT_EQUAL(std::string(), feed(reader, bad));
            CPPUNIT_ASSERT(!reader.mid_message());
        }
    }

    void a_reader_may_be_moved_in_the_middle_of_a_message() {
        MessageReader first{Limits{}};
        CPPUNIT_ASSERT_EQUAL(std::string(),
                             feed(first, frame(0x01, "one ") + frame(0x80, "two").substr(0, 7)));
        MessageReader second = std::move(first);
        CPPUNIT_ASSERT_EQUAL(std::string("text(one two) "), feed(second, frame(0x80, "two").substr(7)));
        MessageReader third{Limits{}};
        CPPUNIT_ASSERT_EQUAL(std::string(), feed(third, frame(0x81, "later").substr(0, 5)));
        second = std::move(third);
        CPPUNIT_ASSERT_EQUAL(std::string("text(later) "), feed(second, frame(0x81, "later").substr(5)));
    }

    void limits_have_the_defaults_that_the_header_names() {
        const Limits limits;
        CPPUNIT_ASSERT_EQUAL(k_mib, limits.max_message_size);
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, limits.max_frame_size);
        CPPUNIT_ASSERT_EQUAL(16384U, limits.max_fragments);
    }

    static std::string long_text() {
        std::string text;
        text.reserve(16 * k_mib);
        while (text.size() + 32 <= 16 * k_mib)
            text += "16 MiB of 中文 text and 😀 ....";
        return text;
    }

    void check_big(std::string_view bytes, const std::string& text, std::size_t piece) {
        MessageReader reader{Limits{.max_message_size = 16 * k_mib, .max_fragments = 300000}};
        bool found = false;
        for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
            std::string block(bytes.substr(0, piece));
            std::span<char> input(block.data(), block.size());
            for (Item item = reader.next(input); item.kind != Item::need_more; item = reader.next(input)) {
                CPPUNIT_ASSERT(!found && item.kind == Item::text);
                found = item.payload == text;
            }
        }
        CPPUNIT_ASSERT(found && !reader.mid_message());
    }

    void sixteen_mebibytes_arrive_in_one_frame() {
        const std::string text = long_text();
        const std::string bytes = frame(0x81, text);
        for (const std::size_t piece :
             {std::size_t{1}, std::size_t{1449}, std::size_t{65536}, bytes.size()}) {
            check_big(bytes, text, piece);
        }
    }

    void sixteen_mebibytes_arrive_in_fragments_of_64_bytes() {
        const std::string text = long_text();
        std::string bytes;
        for (std::size_t at = 0; at < text.size(); at += 64) {
            bytes +=
                frame((at == 0 ? 0x01 : 0x00) | (at + 64 >= text.size() ? 0x80 : 0x00), text.substr(at, 64));
        }
        for (const std::size_t piece : {std::size_t{1}, std::size_t{1449}, bytes.size()})
            check_big(bytes, text, piece);
    }

    static std::string random_payload(std::mt19937& random, bool text) {
        static const std::string parts[] = {"a", "some words ", "é", "中文消息", "😀"};
        const std::size_t scale = random() % 10 == 0 ? 70000 : random() % 3 == 0 ? 300 : 20;
        const std::size_t size = random() % scale;
        std::string payload;
        while (payload.size() < size) {
            if (text) {
                payload += parts[random() % 5];
            } else {
                payload += static_cast<char>(random());
            }
        }
        return payload;
    }

    static std::string random_key(std::mt19937& random) {
        std::string key;
        wire::put_number(key, random(), 4);
        return key;
    }

    static void add_ping(std::mt19937& random, std::string& bytes, std::string& expected) {
        const std::string payload = random_payload(random, false).substr(0, 125);
        const bool ping = random() % 2 == 0;
        bytes += frame(ping ? 0x89 : 0x8A, payload, random_key(random));
        expected += (ping ? "ping(" : "pong(") + payload + ") ";
    }

    static void add_message(std::mt19937& random, std::string& bytes, std::string& expected) {
        const bool text = random() % 2 == 0;
        const std::string payload = random_payload(random, text);
        std::size_t at = 0;
        unsigned first = text ? 0x01 : 0x02;
        for (unsigned more = random() % 3; more > 0; --more) {
            const std::size_t size = random() % (payload.size() - at + 1);
            bytes += frame(first, payload.substr(at, size), random_key(random));
            at += size;
            first = 0;
            if (random() % 2 == 0) add_ping(random, bytes, expected);
        }
        bytes += frame(first | 0x80, payload.substr(at), random_key(random));
        expected += (text ? "text(" : "binary(") + payload + ") ";
    }

    void random_traffic_arrives_as_it_was_sent() {
        std::mt19937 random(20240613);
        for (int round = 0; round < 200; ++round) {
            std::string bytes;
            std::string expected;
            for (unsigned i = 1 + random() % 20; i > 0; --i) {
                if (random() % 4 == 0) add_ping(random, bytes, expected);
                add_message(random, bytes, expected);
            }
            for (const unsigned scale : {3, 50, 5000, 100000}) {
                const std::string seen = wire::read_in_pieces(
                    Limits{}, bytes, [&random, scale] { return std::size_t{1} + random() % scale; });
                CPPUNIT_ASSERT(expected == seen);
            }
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MessageReaderMemoryTest);

}  // namespace
}  // namespace zanhu::ws
