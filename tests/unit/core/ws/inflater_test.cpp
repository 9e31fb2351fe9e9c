#include "core/ws/inflater.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <optional>
#include <string>

#include "tests/unit/core/ws/deflate_peer.h"

namespace zanhu::ws {
namespace {

constexpr std::size_t k_bound = std::size_t{1} << 20;

/// One message in pieces of `size`; empty when it is refused.
std::optional<std::string> inflate_message(Inflater& inflater,
                                           std::string_view payload,
                                           std::size_t size = std::string::npos,
                                           std::size_t bound = k_bound) {
    PieceBuffer out;
    for (; !payload.empty(); payload.remove_prefix(std::min(size, payload.size()))) {
        const std::string piece(payload.substr(0, size));  // a block of memory of its own
        if (inflater.feed(piece, out, bound) != InflateStatus::done) return std::nullopt;
    }
    if (inflater.finish() != InflateStatus::done) return std::nullopt;
    return std::string(out.view());
}

class InflaterTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(InflaterTest);
    CPPUNIT_TEST(the_examples_of_the_rfc_are_read);
    CPPUNIT_TEST(messages_are_read_however_they_are_cut);
    CPPUNIT_TEST(a_block_marked_as_the_last_may_stand_anywhere);
    CPPUNIT_TEST(what_ends_too_early_is_malformed);
    CPPUNIT_TEST(garbage_is_malformed_or_bounded);
    CPPUNIT_TEST(a_message_may_be_as_large_as_the_bound_and_no_larger);
    CPPUNIT_TEST(a_bomb_spends_no_memory_above_the_bound);
    CPPUNIT_TEST(a_match_beyond_the_window_is_malformed);
    CPPUNIT_TEST(a_window_outlives_its_inflater);
    CPPUNIT_TEST(reset_forgets_the_history);
    CPPUNIT_TEST_SUITE_END();

    // RFC 7692 7.2.3.
    void the_examples_of_the_rfc_are_read() {
        const std::string one_block("\xf2\x48\xcd\xc9\xc9\x07\x00", 7);
        const std::string sharing("\xf2\x00\x11\x00\x00", 5);
        const std::string stored("\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00", 11);
        const std::string last_block("\xf3\x48\xcd\xc9\xc9\x07\x00\x00", 8);
        const std::string two_blocks("\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00", 13);
        const std::string empty("\x00", 1);
        for (std::size_t size = 1; size < 15; ++size) {
            Inflater inflater(15);
            for (const std::string& payload : {one_block, sharing, stored, last_block, two_blocks, sharing}) {
                CPPUNIT_ASSERT_EQUAL(std::string("Hello"), inflate_message(inflater, payload, size).value());
            }
            CPPUNIT_ASSERT_EQUAL(std::string(), inflate_message(inflater, empty, size).value());
            CPPUNIT_ASSERT_EQUAL(std::string(), inflate_message(inflater, "", size).value());
            CPPUNIT_ASSERT_EQUAL(std::string("Hello"), inflate_message(inflater, sharing, size).value());
        }
    }

    void messages_are_read_however_they_are_cut() {
        for (int bits = 8; bits <= 15; ++bits) {
            for (const bool takeover : {false, true}) {
                wire::Compressor compress(bits, takeover);
                Inflater inflater(static_cast<unsigned>(bits));
                for (unsigned i = 0; i < 40; ++i) {
                    const std::string text = wire::chat_text(1 + i * i * 20, i);
                    const std::string payload = compress(text);
                    CPPUNIT_ASSERT(text == inflate_message(inflater, payload, 1 + i * 7));
                }
            }
        }
    }

    void a_block_marked_as_the_last_may_stand_anywhere() {
        wire::Compressor compress;
        const std::string text = wire::chat_text(2000, 1);
        const std::string whole = compress.finished(text);
        const std::string twice = whole + compress.finished(text);
        for (const std::size_t size : {1, 2, 3, 100, 100000}) {
            Inflater inflater(15);
            CPPUNIT_ASSERT(text == inflate_message(inflater, whole, size));  // without a block behind it
            CPPUNIT_ASSERT(text == inflate_message(inflater, whole + std::string(1, '\0'), size));
            CPPUNIT_ASSERT(text + text == inflate_message(inflater, twice + std::string(1, '\0'), size));
            CPPUNIT_ASSERT(text == inflate_message(inflater, compress(text), size));
        }
        // Very many of them in one message cost no more than their bytes.
        Inflater inflater(15);
        std::string many;
        for (int i = 0; i < 500000; ++i)
            many.append("\x03\x00", 2);
        CPPUNIT_ASSERT_EQUAL(std::string(), inflate_message(inflater, many).value());
    }

    void what_ends_too_early_is_malformed() {
        wire::Compressor compress;
        const std::string stored("\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00", 11);
        for (const std::string& payload :
             {compress(wire::chat_text(300, 2)), compress(wire::random_bytes(300, 2)), stored}) {
            // The first byte of data that is stored is by itself the message of no bytes.
            for (std::size_t size = payload[0] == '\0' ? 2 : 1; size < payload.size(); ++size) {
                Inflater inflater(15);
                const auto seen = inflate_message(inflater, std::string_view(payload).substr(0, size));
                CPPUNIT_ASSERT_MESSAGE(std::to_string(size) + " of " + std::to_string(payload.size()),
                                       !seen.has_value());
            }
        }
    }

    void garbage_is_malformed_or_bounded() {
        unsigned refused = 0;
        for (unsigned seed = 0; seed < 3000; ++seed) {
            const std::string bytes = wire::random_bytes(1 + seed % 200, seed);
            Inflater at_once(15);
            Inflater in_pieces(15);
            const auto whole = inflate_message(at_once, bytes, std::string::npos, 1000);
            CPPUNIT_ASSERT(whole == inflate_message(in_pieces, bytes, 1 + seed % 5, 1000));
            if (!whole.has_value()) ++refused;
        }
        CPPUNIT_ASSERT(refused > 2900);
        for (const std::string_view block : {"\x07", "\x06"}) {  // the block type that does not exist
            Inflater inflater(15);
            CPPUNIT_ASSERT(!inflate_message(inflater, block).has_value());
        }
    }

    void a_message_may_be_as_large_as_the_bound_and_no_larger() {
        wire::Compressor compress;
        for (const std::size_t size : {1, 2, 511, 512, 513, 1000, 1024, 70000}) {
            const std::string text = wire::chat_text(size, 3);
            const std::string payload = compress(text);
            for (const std::size_t piece : {std::size_t{1}, std::size_t{50}, payload.size()}) {
                Inflater inflater(15);
                CPPUNIT_ASSERT(text == inflate_message(inflater, payload, piece, size));
                inflater.reset(15);
                CPPUNIT_ASSERT(!inflate_message(inflater, payload, piece, size - 1).has_value());
            }
        }
    }

    void a_bomb_spends_no_memory_above_the_bound() {
        wire::Compressor compress;
        const std::string bomb = compress(std::string(std::size_t{64} << 20, '\0'));
        CPPUNIT_ASSERT(bomb.size() < 70000);
        Inflater inflater(15);
        PieceBuffer out;
        CPPUNIT_ASSERT(inflater.feed(bomb, out, 100000) == InflateStatus::too_big);
        CPPUNIT_ASSERT(out.size() <= 100001 && out.capacity() <= 100001);
    }

    void a_match_beyond_the_window_is_malformed() {
        const std::string part = wire::random_bytes(1500, 4);
        wire::Compressor compress(15, true);
        const std::string first = compress(part);
        const std::string second = compress(part);
        CPPUNIT_ASSERT(second.size() < 100);
        Inflater enough(11);
        CPPUNIT_ASSERT(part == inflate_message(enough, first));
        CPPUNIT_ASSERT(part == inflate_message(enough, second));
        Inflater too_small(10);
        CPPUNIT_ASSERT(part == inflate_message(too_small, first));
        CPPUNIT_ASSERT(!inflate_message(too_small, second).has_value());
    }

    void a_window_outlives_its_inflater() {
        for (const int bits : {8, 9, 12, 15}) {
            wire::Compressor compress(bits, true);
            std::string window;
            for (unsigned i = 0; i < 50; ++i) {
                Inflater inflater(static_cast<unsigned>(bits));
                inflater.restore(window);
                const std::string text = wire::chat_text(i * 97, i % 3);
                CPPUNIT_ASSERT(text == inflate_message(inflater, compress(text)));
                window = inflater.window();
                CPPUNIT_ASSERT(window.size() <= std::size_t{1} << bits);
            }
        }
    }

    void reset_forgets_the_history() {
        wire::Compressor compress(15, true);
        const std::string text = wire::chat_text(500, 5);
        const std::string first = compress(text);
        const std::string second = compress(text);
        Inflater inflater(15);
        CPPUNIT_ASSERT(text == inflate_message(inflater, first));
        inflater.reset(15);
        CPPUNIT_ASSERT(!inflate_message(inflater, second).has_value());
        inflater.reset(9);
        CPPUNIT_ASSERT(wire::chat_text(5000, 6) ==
                       inflate_message(inflater, wire::Compressor(9)(wire::chat_text(5000, 6))));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(InflaterTest);

}  // namespace
}  // namespace zanhu::ws
