#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

#include "core/ws/kept_payload.h"
#include "core/ws/message_reader.h"
#include "tests/unit/core/ws/wire.h"

namespace zanhu::ws {
namespace {

using wire::frame;

constexpr std::size_t k_bound = std::size_t{1} << 20;
const Limits k_limits{.max_message_size = k_bound};

struct Whole {
    std::string seen;
    bool kept;
};

/// A received string with these bytes in front of a frame, and what its reader made of it.
struct Received {
    std::string all;
    KeptPayload kept{&all};
    Item item;

    Received(const std::string& before, const std::string& bytes) : all(before + bytes) {
        MessageReader reader(k_limits);
        std::span<char> input(all);
        input = input.subspan(before.size());
        item = reader.next(input, nullptr, &kept);
    }
};

Whole read_one(const std::string& bytes, bool keeps) {
    MessageReader reader(k_limits);
    std::vector<char> block(bytes.begin(), bytes.end());
    std::span<char> input(block);
    KeptPayload kept;
    const Item item = reader.next(input, nullptr, keeps ? &kept : nullptr);
    return {wire::describe(item), kept.holds(item.payload)};
}

std::string bytes_of(std::size_t size) {
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i)
        bytes += static_cast<char>(i * 131 + i / 251);
    return bytes;
}

class MessageReaderLargeTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(MessageReaderLargeTest);
    CPPUNIT_TEST(a_large_message_is_unmasked_into_the_room_of_the_caller);
    CPPUNIT_TEST(the_last_message_takes_the_string_that_it_came_in);
    CPPUNIT_TEST(a_string_that_would_be_rather_empty_or_holds_more_is_left);
    CPPUNIT_TEST(text_is_checked_in_the_string_that_it_came_in);
    CPPUNIT_TEST(small_and_control_frames_and_those_in_pieces_are_not);
    CPPUNIT_TEST(text_is_checked_up_to_its_last_byte);
    CPPUNIT_TEST_SUITE_END();

public:
    void a_large_message_is_unmasked_into_the_room_of_the_caller() {
        for (const std::size_t more : {0, 1, 7, 31, 100, 65536}) {
            const std::string payload = bytes_of(MessageReader::k_large + more);
            const std::string bytes = frame(0x82, payload, "\x01\x80\xFE\x37");
            const Whole kept = read_one(bytes, true);
            const Whole in_place = read_one(bytes, false);
            CPPUNIT_ASSERT(kept.seen == "binary(" + payload + ") ");
            CPPUNIT_ASSERT(kept.kept);
            CPPUNIT_ASSERT(in_place.seen == kept.seen);
            CPPUNIT_ASSERT(!in_place.kept);
        }
    }
    void the_last_message_takes_the_string_that_it_came_in() {
        for (const std::size_t before : {0, 1, 13, 4000}) {
            for (const std::size_t size : {4096, 4103, 65535, 65536, 100000}) {
                const std::string payload = bytes_of(size);
                Received received(std::string(before, 'b'), frame(0x82, payload, "\x01\x80\xFE\x37"));
                CPPUNIT_ASSERT(received.kept.holds(received.item.payload));
                const char* const memory = received.all.data();
                const std::string taken = received.kept.take(received.item.payload);
                CPPUNIT_ASSERT(taken == payload);
                CPPUNIT_ASSERT(taken.data() == memory);
                CPPUNIT_ASSERT(received.all.empty());
                CPPUNIT_ASSERT(!received.kept.holds(received.item.payload));
            }
        }
    }
    void a_string_that_would_be_rather_empty_or_holds_more_is_left() {
        const std::string payload = bytes_of(5000);
        const std::string one = frame(0x82, payload, "\x01\x80\xFE\x37");
        const std::pair<std::string, std::string> cases[] = {
            {std::string(3 * one.size() + 30, 'b'), one}, {"", one + one}, {"", one + "\x89"}};
        for (const auto& [before, bytes] : cases) {
            Received received(before, bytes);
            const std::string all = received.all;
            CPPUNIT_ASSERT(received.kept.holds(received.item.payload));
            CPPUNIT_ASSERT(received.kept.take(received.item.payload) == payload);
            CPPUNIT_ASSERT(received.all == all);
        }
    }
    void text_is_checked_in_the_string_that_it_came_in() {
        const std::string ascii(5000, 'x');
        const std::string right = ascii + "\xE4\xB8\xAD";
        Received whole("", frame(0x81, right));
        CPPUNIT_ASSERT(whole.kept.take(whole.item.payload) == right);
        for (const std::string& wrong : {ascii + "\xFF", ascii + "\xE4\xB8", "\x80" + ascii})
            CPPUNIT_ASSERT_EQUAL(std::string("error 1007 "),
                                 wire::describe(Received("", frame(0x81, wrong)).item));
    }
    void small_and_control_frames_and_those_in_pieces_are_not() {
        const std::string below(MessageReader::k_large - 1, 'x');
        for (const std::string& bytes : {frame(0x81, below), frame(0x81, "x"), frame(0x89, "x")})
            CPPUNIT_ASSERT(!read_one(bytes, true).kept);
        const std::string whole = frame(0x81, below + below);
        MessageReader reader(k_limits);
        KeptPayload kept;
        std::string seen;
        for (const std::string& part : {whole.substr(0, 3000), whole.substr(3000)}) {
            std::string piece = part;
            std::span<char> input(piece);
            const Item item = reader.next(input, nullptr, &kept);
            seen += wire::describe(item);
            CPPUNIT_ASSERT(!kept.holds(item.payload));
        }
        CPPUNIT_ASSERT(seen == "text(" + below + below + ") ");
    }
    void text_is_checked_up_to_its_last_byte() {
        const std::string ascii(MessageReader::k_large + 5, 'x');
        for (const bool keeps : {true, false}) {
            const std::string right = ascii + "\xE4\xB8\xAD";
            CPPUNIT_ASSERT(read_one(frame(0x81, right), keeps).seen == "text(" + right + ") ");
            CPPUNIT_ASSERT_EQUAL(std::string("error 1007 "),
                                 read_one(frame(0x81, ascii + "\xFF"), keeps).seen);
            CPPUNIT_ASSERT_EQUAL(std::string("error 1007 "),
                                 read_one(frame(0x81, ascii + "\xE4\xB8"), keeps).seen);
            CPPUNIT_ASSERT_EQUAL(std::string("error 1007 "),
                                 read_one(frame(0x81, "\x80" + ascii), keeps).seen);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MessageReaderLargeTest);

}  // namespace
}  // namespace zanhu::ws
