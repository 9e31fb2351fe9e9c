#include "core/ws/deflate.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/unit/core/ws/deflate_peer.h"

namespace zanhu::ws {
namespace {

// The owner of a connection pays for these: a pointer, and this where compression was agreed on.
static_assert(sizeof(Deflate) <= 24);

DeflateParameters parameters(int bits, bool takeover) {
    const auto window = static_cast<std::uint8_t>(bits);
    return DeflateParameters{window, window, !takeover, !takeover};
}

/// The payload of a server's frame that must be one compressed text.
std::string payload_of(std::string_view frame) {
    CPPUNIT_ASSERT_EQUAL(0xC1U, unsigned{static_cast<unsigned char>(frame.at(0))});
    const unsigned length = static_cast<unsigned char>(frame.at(1));
    const std::size_t header = length < 126 ? 2 : length == 126 ? 4 : 10;
    char expected[k_max_server_header];
    CPPUNIT_ASSERT_EQUAL(header, encode_header(expected, Opcode::text, true, true, frame.size() - header));
    CPPUNIT_ASSERT_EQUAL(std::string(expected, header), std::string(frame.substr(0, header)));
    return std::string(frame.substr(header));
}

std::string inflate(Deflate& deflate, std::string_view payload) {
    PieceBuffer out;
    Inflation inflation(deflate);
    CPPUNIT_ASSERT(inflation.feed(payload, out, std::size_t{1} << 24) == InflateStatus::done);
    CPPUNIT_ASSERT(inflation.finish() == InflateStatus::done);
    return std::string(out.view());
}

class DeflateTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(DeflateTest);
    CPPUNIT_TEST(peers_read_what_is_compressed_for_every_window);
    CPPUNIT_TEST(peers_are_read_for_every_window);
    CPPUNIT_TEST(history_makes_the_second_message_smaller);
    CPPUNIT_TEST(what_does_not_pay_is_sent_as_it_is);
    CPPUNIT_TEST(a_message_that_was_not_sent_compressed_is_no_history);
    CPPUNIT_TEST(shared_frames_are_read_between_own_ones);
    CPPUNIT_TEST(shared_frames_are_one_for_each_variant);
    CPPUNIT_TEST(without_takeover_nothing_is_kept);
    CPPUNIT_TEST(contexts_are_given_back_when_they_idle);
    CPPUNIT_TEST(a_context_in_the_middle_of_a_message_is_kept);
    CPPUNIT_TEST(unfinished_messages_share_one_bound);
    CPPUNIT_TEST(every_level_and_memory_level_works);
    CPPUNIT_TEST_SUITE_END();

    static DeflateOptions eager() {
        DeflateOptions options;
        options.threshold = 1;
        return options;
    }

    void peers_read_what_is_compressed_for_every_window() {
        DeflatePool pool(eager());
        for (int bits = 8; bits <= 15; ++bits) {
            for (const bool takeover : {false, true}) {
                Deflate deflate(pool, parameters(bits, takeover));
                wire::Decompressor peer(bits, takeover);
                for (unsigned i = 0; i < 60; ++i) {
                    const std::string text = wire::chat_text(100 + i * i * 5, i / 2);
                    CPPUNIT_ASSERT(text == peer(payload_of(deflate.compress(Opcode::text, text))));
                }
                // Repetitions at every distance about the window's size.
                for (std::size_t gap = 200; gap < 600; gap += 3) {
                    const std::string text = wire::random_bytes(gap, 1);
                    const std::string often = text + text + text;
                    const std::string_view frame = deflate.compress(Opcode::text, often);
                    // Where the window does not reach that far back, random bytes do not get smaller.
                    if (!frame.empty()) CPPUNIT_ASSERT(often == peer(payload_of(frame)));
                }
            }
        }
    }

    void peers_are_read_for_every_window() {
        DeflatePool pool(eager());
        for (int bits = 8; bits <= 15; ++bits) {
            for (const bool takeover : {false, true}) {
                Deflate deflate(pool, parameters(bits, takeover));
                wire::Compressor peer(bits, takeover);
                for (unsigned i = 0; i < 60; ++i) {
                    const std::string text = wire::chat_text(i * i * 5, i / 2);
                    CPPUNIT_ASSERT(text == inflate(deflate, peer(text)));
                }
            }
        }
    }

    void history_makes_the_second_message_smaller() {
        DeflatePool pool(eager());
        const std::string text = wire::chat_text(1000, 1);
        Deflate with(pool, parameters(15, true));
        const std::size_t first = with.compress(Opcode::text, text).size();
        CPPUNIT_ASSERT(with.compress(Opcode::text, text).size() < first / 4);
        Deflate without(pool, parameters(15, false));
        CPPUNIT_ASSERT_EQUAL(first, without.compress(Opcode::text, text).size());
        CPPUNIT_ASSERT_EQUAL(first, without.compress(Opcode::text, text).size());
    }

    void what_does_not_pay_is_sent_as_it_is() {
        DeflateOptions options;
        options.threshold = 100;
        DeflatePool pool(options);
        for (const bool takeover : {false, true}) {
            Deflate deflate(pool, parameters(15, takeover));
            CPPUNIT_ASSERT(deflate.compress(Opcode::text, std::string(99, 'a')).empty());
            CPPUNIT_ASSERT(!deflate.compress(Opcode::text, std::string(100, 'a')).empty());
            CPPUNIT_ASSERT(deflate.compress(Opcode::binary, wire::random_bytes(5000, 2)).empty());
            CPPUNIT_ASSERT_EQUAL(0U, deflate.variant(std::string(99, 'a')));
        }
        DeflatePool from_nothing(DeflateOptions{.effort = {}, .threshold = 0});
        Deflate deflate(from_nothing, parameters(15, true));
        CPPUNIT_ASSERT(deflate.compress(Opcode::text, "").empty());
        CPPUNIT_ASSERT(deflate.compress(Opcode::text, "a").empty());
        CPPUNIT_ASSERT_EQUAL(0U, deflate.variant(""));
    }

    void a_message_that_was_not_sent_compressed_is_no_history() {
        DeflatePool pool(eager());
        Deflate deflate(pool, parameters(15, true));
        wire::Decompressor peer(15, true);
        const std::string text = wire::chat_text(3000, 3);
        for (unsigned i = 0; i < 5; ++i) {
            const std::string noise = wire::random_bytes(3000, i);
            CPPUNIT_ASSERT(text == peer(payload_of(deflate.compress(Opcode::text, text))));
            CPPUNIT_ASSERT(deflate.compress(Opcode::text, noise).empty());
            const std::string mixed = text + noise + text;
            CPPUNIT_ASSERT(mixed == peer(payload_of(deflate.compress(Opcode::text, mixed))));
        }
    }

    // The peer's window holds the shared message; a compressor that did not know would refer to what it took
    // the place of.
    void shared_frames_are_read_between_own_ones() {
        for (int bits = 8; bits <= 15; ++bits) {
            DeflatePool pool(eager());
            DeflatePool other_loop(eager());
            Deflate with(pool, parameters(bits, true));
            Deflate without(pool, parameters(bits, false));
            Deflate elsewhere(other_loop, parameters(bits, true));
            wire::Decompressor peer_with(bits, true);
            wire::Decompressor peer_without(bits, false);
            wire::Decompressor peer_elsewhere(bits, true);
            for (unsigned i = 0; i < 30; ++i) {
                const std::string own = wire::chat_text(300 + i * 10, i / 3);
                CPPUNIT_ASSERT(own == peer_with(payload_of(with.compress(Opcode::text, own))));
                CPPUNIT_ASSERT(own == peer_with(payload_of(with.compress(Opcode::text, own))));
                CPPUNIT_ASSERT(own == peer_without(payload_of(without.compress(Opcode::text, own))));
                const std::string all = wire::chat_text(200 + i * 100, i / 5);
                const std::string frame = elsewhere.shared_frame(Opcode::text, all);
                for (Deflate* one : {&with, &without, &elsewhere})
                    one->sends_shared(frame);
                CPPUNIT_ASSERT(all == peer_with(payload_of(frame)));
                CPPUNIT_ASSERT(all == peer_without(payload_of(frame)));
                CPPUNIT_ASSERT(all == peer_elsewhere(payload_of(frame)));
            }
        }
    }

    void shared_frames_are_one_for_each_variant() {
        DeflatePool pool(eager());
        const std::string text = wire::chat_text(5000, 7);
        std::vector<unsigned> seen;
        for (int bits = 8; bits <= 15; ++bits) {
            Deflate with(pool, parameters(bits, true));
            Deflate without(pool, parameters(bits, false));
            CPPUNIT_ASSERT_EQUAL(with.variant(text), without.variant(text));
            CPPUNIT_ASSERT_EQUAL(with.shared_frame(Opcode::text, text),
                                 without.shared_frame(Opcode::text, text));
            CPPUNIT_ASSERT(with.variant(text) >= 1 && with.variant(text) <= Deflate::k_variants);
            seen.push_back(with.variant(text));
        }
        CPPUNIT_ASSERT(seen == (std::vector<unsigned>{1, 1, 2, 3, 4, 5, 6, 7}));
        Deflate deflate(pool, parameters(15, false));
        const std::string noise = wire::random_bytes(1000, 8);
        CPPUNIT_ASSERT_EQUAL(encode_frame(Opcode::text, noise), deflate.shared_frame(Opcode::text, noise));
    }

    void without_takeover_nothing_is_kept() {
        DeflatePool pool(eager());
        Deflate deflate(pool, parameters(15, false));
        const std::string text = wire::chat_text(1000, 9);
        (void)deflate.compress(Opcode::text, text);
        (void)inflate(deflate, wire::Compressor()(text));
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, pool.held_contexts());
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, pool.takeovers());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, pool.connections());
    }

    void contexts_are_given_back_when_they_idle() {
        DeflatePool pool(eager());
        auto deflate = std::make_unique<Deflate>(pool, parameters(12, true));
        Deflate silent(pool, parameters(12, true));
        wire::Compressor compress(12, true);
        wire::Decompressor decompress(12, true);
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, pool.held_contexts());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, pool.takeovers());
        const std::string text = wire::chat_text(1000, 10);
        for (int round = 0; round < 5; ++round) {
            for (int i = 0; i < 3; ++i) {
                // The peer goes on referring to what it sent before the context was given back.
                CPPUNIT_ASSERT(text == inflate(*deflate, compress(text)));
                CPPUNIT_ASSERT(text == decompress(payload_of(deflate->compress(Opcode::text, text))));
            }
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, pool.held_contexts());
            pool.sweep();
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, pool.held_contexts());
            pool.sweep();
            CPPUNIT_ASSERT_EQUAL(std::size_t{0}, pool.held_contexts());
            pool.sweep();
        }
        deflate.reset();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, pool.takeovers());
        pool.sweep();
    }

    void a_context_in_the_middle_of_a_message_is_kept() {
        DeflatePool pool(eager());
        Deflate deflate(pool, parameters(15, true));
        wire::Compressor compress(15, true);
        const std::string text = wire::chat_text(1000, 11);
        for (int round = 0; round < 3; ++round) {
            const std::string payload = compress(text);
            PieceBuffer out;
            Inflation inflation(deflate);
            CPPUNIT_ASSERT(inflation.feed(payload.substr(0, 5), out, 5000) == InflateStatus::done);
            for (int i = 0; i < 4; ++i)
                pool.sweep();
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, pool.held_contexts());
            CPPUNIT_ASSERT(inflation.feed(payload.substr(5), out, 5000) == InflateStatus::done);
            CPPUNIT_ASSERT(inflation.finish() == InflateStatus::done);
            CPPUNIT_ASSERT_EQUAL(text, std::string(out.view()));
        }
    }

    void unfinished_messages_share_one_bound() {
        DeflateOptions options = eager();
        options.max_unfinished = 1000;
        DeflatePool pool(options);
        Deflate one(pool, parameters(15, false));
        Deflate other(pool, parameters(15, true));
        {
            Inflation first(one);
            Inflation second(other);
            CPPUNIT_ASSERT(first.keep(400) && second.keep(600));
            CPPUNIT_ASSERT(first.keep(300));
            CPPUNIT_ASSERT(!second.keep(701));
            CPPUNIT_ASSERT_EQUAL(std::size_t{1001}, pool.unfinished_bytes());
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, pool.unfinished_bytes());
    }

    void every_level_and_memory_level_works() {
        const std::string text = wire::chat_text(20000, 12);
        for (int level = 1; level <= 9; ++level) {
            for (const int memory_level : {1, 5, 9}) {
                DeflateOptions options = eager();
                options.effort = DeflateEffort{level, memory_level};
                DeflatePool pool(options);
                Deflate deflate(pool, parameters(15, true));
                wire::Decompressor peer(15, true);
                for (int i = 0; i < 3; ++i)
                    CPPUNIT_ASSERT(text == peer(payload_of(deflate.compress(Opcode::text, text))));
            }
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DeflateTest);

}  // namespace
}  // namespace zanhu::ws
