#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

#include "core/ws/message_reader.h"
#include "tests/unit/core/ws/wire.h"

namespace zanhu::ws {
namespace {

using wire::frame;

constexpr std::size_t k_bound = std::size_t{1} << 20;
const Limits k_limits{.max_message_size = k_bound};

struct Whole {
    std::string seen;
    bool in_large;
};

Whole read_one(const std::string& bytes, bool lends) {
    MessageReader reader(k_limits);
    std::vector<char> block(bytes.begin(), bytes.end());
    std::span<char> input(block);
    std::string large;
    const Item item = reader.next(input, nullptr, lends ? &large : nullptr);
    return {wire::describe(item), item.payload.data() == large.data()};
}

std::string bytes_of(std::size_t size) {
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i)
        bytes += static_cast<char>(i * 131 + i / 251);
    return bytes;
}

class MessageReaderLargeTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(MessageReaderLargeTest);
    CPPUNIT_TEST(a_large_message_is_unmasked_into_the_callers_string);
    CPPUNIT_TEST(small_and_control_frames_and_those_in_pieces_are_not);
    CPPUNIT_TEST(text_is_checked_up_to_its_last_byte);
    CPPUNIT_TEST_SUITE_END();

public:
    void a_large_message_is_unmasked_into_the_callers_string() {
        for (const std::size_t more : {0, 1, 7, 31, 100, 65536}) {
            const std::string payload = bytes_of(MessageReader::k_large + more);
            const std::string bytes = frame(0x82, payload, "\x01\x80\xFE\x37");
            const Whole lent = read_one(bytes, true);
            const Whole in_place = read_one(bytes, false);
            CPPUNIT_ASSERT(lent.seen == "binary(" + payload + ") ");
            CPPUNIT_ASSERT(lent.in_large);
            CPPUNIT_ASSERT(in_place.seen == lent.seen);
            CPPUNIT_ASSERT(!in_place.in_large);
        }
    }
    void small_and_control_frames_and_those_in_pieces_are_not() {
        const std::string below(MessageReader::k_large - 1, 'x');
        for (const std::string& bytes : {frame(0x81, below), frame(0x81, "x"), frame(0x89, "x")})
            CPPUNIT_ASSERT(!read_one(bytes, true).in_large);
        const std::string whole = frame(0x81, below + below);
        MessageReader reader(k_limits);
        std::string large;
        std::string seen;
        for (const std::string& part : {whole.substr(0, 3000), whole.substr(3000)}) {
            std::string piece = part;
            std::span<char> input(piece);
            const Item item = reader.next(input, nullptr, &large);
            seen += wire::describe(item);
        }
        CPPUNIT_ASSERT(seen == "text(" + below + below + ") ");
        CPPUNIT_ASSERT(large.empty());
    }
    void text_is_checked_up_to_its_last_byte() {
        const std::string ascii(MessageReader::k_large + 5, 'x');
        for (const bool lends : {true, false}) {
            const std::string right = ascii + "\xE4\xB8\xAD";
            CPPUNIT_ASSERT(read_one(frame(0x81, right), lends).seen == "text(" + right + ") ");
            CPPUNIT_ASSERT_EQUAL(std::string("error 1007 "),
                                 read_one(frame(0x81, ascii + "\xFF"), lends).seen);
            CPPUNIT_ASSERT_EQUAL(std::string("error 1007 "),
                                 read_one(frame(0x81, ascii + "\xE4\xB8"), lends).seen);
            CPPUNIT_ASSERT_EQUAL(std::string("error 1007 "),
                                 read_one(frame(0x81, "\x80" + ascii), lends).seen);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MessageReaderLargeTest);

}  // namespace
}  // namespace zanhu::ws
