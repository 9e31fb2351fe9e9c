#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <optional>
#include <string>
#include <vector>

#include "core/ws/deflate.h"
#include "core/ws/message_reader.h"
#include "tests/unit/core/ws/deflate_peer.h"
#include "tests/unit/core/ws/wire.h"

namespace zanhu::ws {
namespace {

using wire::code_bytes;
using wire::frame;
using wire::header;

const Limits k_limits{.max_message_size = 300, .max_frame_size = 0, .max_fragments = 4};

std::string packed(std::string_view message) {
    return wire::Compressor()(message);
}

std::string letters(std::size_t n) {
    return std::string(n, 'x');
}

struct Case {
    const char* name;
    std::string bytes;
    std::string seen;
};

std::vector<Case> cases() {
    const std::string hello = packed("Hello");
    const std::string world = packed("a longer text, 中文, for several fragments");
    const std::string long_text = wire::chat_text(300, 1);
    return {
        {"one frame", frame(0xC1, hello), "text(Hello) "},
        {"one binary frame", frame(0xC2, packed("\xFF\xFE")), "binary(\xFF\xFE) "},
        {"the RFC's example in two frames",
         frame(0x41, "\xf2\x48\xcd") + frame(0x80, std::string_view("\xc9\xc9\x07\x00", 4)),
         "text(Hello) "},
        {"not every message is compressed",
         frame(0xC1, hello) + frame(0x81, "plain") + frame(0xC1, hello) + frame(0x02, "a") + frame(0x80, "b"),
         "text(Hello) text(plain) text(Hello) binary(ab) "},
        {"a message of no bytes", frame(0xC1, std::string(1, '\0')), "text() "},
        {"a payload of no bytes", frame(0xC1), "text() "},
        {"empty fragments", frame(0x41) + frame(0x00, hello) + frame(0x80), "text(Hello) "},
        {"fragments with control frames between",
         frame(0x41, world.substr(0, 7)) + frame(0x89, "ping") + frame(0x00, world.substr(7, 9)) +
             frame(0x8A, "\xFF") + frame(0x80, world.substr(16)),
         "ping(ping) pong(\xFF) text(a longer text, 中文, for several fragments) "},
        {"a close between fragments",
         frame(0x41, world.substr(0, 7)) + frame(0x88, code_bytes(1000)) + frame(0x80, "x"),
         "close 1000() "},
        {"as long as a message may be", frame(0xC1, packed(long_text)), "text(" + long_text + ") "},
        {"as long as a message may be, and no smaller compressed",
         frame(0xC2, packed(wire::random_bytes(300, 2))),
         "binary(" + wire::random_bytes(300, 2) + ") "},
        {"as long as a message may be, in fragments",
         frame(0x42, packed(letters(300)).substr(0, 3)) + frame(0x80, packed(letters(300)).substr(3)),
         "binary(" + letters(300) + ") "},
        {"one byte too long", frame(0xC1, packed(letters(301))), "error 1009 "},
        {"one byte too long, in fragments",
         frame(0x41, packed(letters(301)).substr(0, 3)) + frame(0x80, packed(letters(301)).substr(3)),
         "error 1009 "},
        {"a bomb", frame(0xC1, packed(std::string(20000, '\0'))), "error 1009 "},
        {"a bomb of texts in one window",
         frame(0xC2, packed(wire::chat_text(20000, 3)).substr(0, 400)),
         "error 1009 "},
        {"a payload longer than any message of that size needs", header(0xC1, 300 + 75 + 65), "error 1009 "},
        {"too many fragments",
         frame(0x41) + frame(0x00) + frame(0x00) + frame(0x00) + frame(0x80, hello),
         "error 1009 "},
        {"RSV1 in a later fragment", frame(0x41, hello) + frame(0xC0), "error 1002 "},
        {"RSV1 in a later fragment of a plain message", frame(0x01, "a") + frame(0xC0, hello), "error 1002 "},
        {"RSV1 in a ping", frame(0xC9, "ping"), "error 1002 "},
        {"RSV1 in a pong", frame(0xCA, "pong"), "error 1002 "},
        {"RSV1 in a close", frame(0xC8, code_bytes(1000)), "error 1002 "},
        {"RSV2", frame(0xA1, hello), "error 1002 "},
        {"RSV3", frame(0x91, hello), "error 1002 "},
        {"RSV1 and RSV2", frame(0xE1, hello), "error 1002 "},
        {"RSV1 and RSV3", frame(0xD2, hello), "error 1002 "},
        {"all of them", frame(0xF1, hello), "error 1002 "},
        {"a reserved opcode with RSV1", frame(0xC3, hello), "error 1002 "},
        {"a continuation of nothing with RSV1", frame(0xC0, hello), "error 1002 "},
        {"an unmasked compressed frame", "\xC1\x01" + std::string(1, '\0'), "error 1002 "},
        {"no deflate data", frame(0xC1, "\xFF\xFF\xFF\xFF"), "error 1007 "},
        {"plain text marked as compressed", frame(0xC1, "Hello, this is no deflate data"), "error 1007 "},
        {"data cut off", frame(0xC1, world.substr(0, world.size() - 4)), "error 1007 "},
        {"data cut off, in fragments",
         frame(0x41, world.substr(0, 9)) + frame(0x80, world.substr(9, world.size() - 13)),
         "error 1007 "},
        {"text that is not UTF-8", frame(0xC1, packed("abc\xFF")), "error 1007 "},
        {"half a character at the end", frame(0xC1, packed("abc\xE4\xB8")), "error 1007 "},
        {"half a character at the end of the last fragment",
         frame(0x41, packed("abc\xE4\xB8").substr(0, 2)) + frame(0x80, packed("abc\xE4\xB8").substr(2)),
         "error 1007 "},
        {"text before an error",
         frame(0xC1, hello) + frame(0xC1, "\xFF") + frame(0xC1, hello),
         "text(Hello) error 1007 "},
    };
}

class MessageReaderDeflateTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(MessageReaderDeflateTest);
    CPPUNIT_TEST(the_table_gives_the_same_items_wherever_it_is_cut);
    CPPUNIT_TEST(without_an_agreement_rsv1_is_an_error);
    CPPUNIT_TEST(bad_text_is_refused_before_the_message_ends);
    CPPUNIT_TEST(a_history_goes_on_from_message_to_message);
    CPPUNIT_TEST(without_takeover_no_history_is_left);
    CPPUNIT_TEST(a_message_of_one_frame_costs_no_memory_of_the_reader);
    CPPUNIT_TEST(what_is_unfinished_is_bounded_for_all_readers_together);
    CPPUNIT_TEST(a_bomb_of_a_gigabyte_is_refused_with_its_first_bytes);
    CPPUNIT_TEST(readers_may_take_turns);
    CPPUNIT_TEST(sixteen_mebibytes_arrive_in_fragments_of_64_bytes);
    CPPUNIT_TEST_SUITE_END();

    static std::string feed(MessageReader& reader, Deflate* deflate, std::string_view bytes) {
        return wire::feed(reader, bytes, deflate);
    }

    void the_table_gives_the_same_items_wherever_it_is_cut() {
        for (const bool takeover : {false, true}) {
            DeflatePool pool{DeflateOptions{}};
            const DeflateParameters agreed{15, 15, !takeover, !takeover};
            for (const Case& c : cases()) {
                const std::string_view bytes = c.bytes;
                for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
                    Deflate deflate(pool, agreed);
                    MessageReader reader(k_limits);
                    std::string seen = feed(reader, &deflate, bytes.substr(0, cut));
                    seen += feed(reader, &deflate, {});
                    seen += feed(reader, &deflate, bytes.substr(cut));
                    const std::string place = c.name + std::string(", cut at ") + std::to_string(cut);
                    CPPUNIT_ASSERT_EQUAL_MESSAGE(place, c.seen, seen);
                    CPPUNIT_ASSERT_MESSAGE(place, !reader.mid_message());
                }
                for (const std::size_t size : {1, 2, 3, 7}) {
                    Deflate deflate(pool, agreed);
                    MessageReader reader(k_limits);
                    std::string seen;
                    for (std::size_t at = 0; at < bytes.size(); at += size)
                        seen += feed(reader, &deflate, bytes.substr(at, size));
                    CPPUNIT_ASSERT_EQUAL_MESSAGE(c.name, c.seen, seen);
                }
            }
            CPPUNIT_ASSERT_EQUAL(std::size_t{0}, pool.unfinished_bytes());
        }
    }

    void without_an_agreement_rsv1_is_an_error() {
        for (const unsigned first : {0xC1, 0xC2, 0x41, 0xC8, 0xC9}) {
            MessageReader reader(k_limits);
            CPPUNIT_ASSERT_EQUAL(std::string("error 1002 "),
                                 feed(reader, nullptr, frame(first, packed("a"))));
        }
    }

    void bad_text_is_refused_before_the_message_ends() {
        DeflatePool pool{DeflateOptions{}};
        Deflate deflate(pool, DeflateParameters{});
        const std::string payload = packed(std::string(100, 'a') + "\xC0" + wire::chat_text(100, 4));
        MessageReader reader(k_limits);
        std::string seen;
        std::size_t used = 0;
        const std::string bytes = frame(0x41, payload);
        while (seen.empty() && used < bytes.size())
            seen += feed(reader, &deflate, std::string_view(bytes).substr(used++, 1));
        CPPUNIT_ASSERT_EQUAL(std::string("error 1007 "), seen);
        CPPUNIT_ASSERT(used < bytes.size() - 20);
    }

    void a_history_goes_on_from_message_to_message() {
        for (int bits = 8; bits <= 15; ++bits) {
            DeflatePool pool{DeflateOptions{}};
            Deflate deflate(pool, DeflateParameters{15, static_cast<std::uint8_t>(bits), true, false});
            wire::Compressor compress(bits, true);
            MessageReader reader{Limits{}};
            for (unsigned i = 0; i < 60; ++i) {
                const std::string text = wire::chat_text(i * 37, i / 2);
                const std::string payload = compress(text);
                const std::string bytes =
                    i % 3 == 0
                        ? frame(0xC1, payload)
                        : frame(0x41, payload.substr(0, i % 5)) + frame(0x89) +
                              frame(0x80, payload.substr(std::min<std::size_t>(i % 5, payload.size())));
                std::string seen = feed(reader, &deflate, std::string_view(bytes).substr(0, 6));
                seen += feed(reader, &deflate, std::string_view(bytes).substr(6));
                CPPUNIT_ASSERT_EQUAL((i % 3 == 0 ? "" : "ping() ") + ("text(" + text + ") "), seen);
                if (i % 7 == 0) pool.sweep();
                if (i % 14 == 0) pool.sweep();
            }
        }
    }

    void without_takeover_no_history_is_left() {
        DeflatePool pool{DeflateOptions{}};
        Deflate deflate(pool, DeflateParameters{});
        wire::Compressor compress(15, true);
        const std::string text = wire::chat_text(200, 5);
        const std::string first = compress(text);
        MessageReader reader{Limits{}};
        CPPUNIT_ASSERT_EQUAL("text(" + text + ") ", feed(reader, &deflate, frame(0xC1, first)));
        CPPUNIT_ASSERT_EQUAL(std::string("error 1007 "), feed(reader, &deflate, frame(0xC1, compress(text))));
    }

    void a_message_of_one_frame_costs_no_memory_of_the_reader() {
        DeflatePool pool{DeflateOptions{}};
        Deflate deflate(pool, DeflateParameters{});
        std::string bytes = frame(0xC1, packed("one")) + frame(0xC1, packed("two"));
        std::span<char> input(bytes);
        MessageReader reader{Limits{}};
        CPPUNIT_ASSERT(reader.next(input, &deflate).payload == "one");
        CPPUNIT_ASSERT(!reader.mid_message());
        const Item second = reader.next(input, &deflate);
        CPPUNIT_ASSERT(second.kind == Item::text && second.payload == "two");
        CPPUNIT_ASSERT(second.payload.data() == pool.inflated().data());
    }

    void what_is_unfinished_is_bounded_for_all_readers_together() {
        constexpr std::size_t k_size = 100000;
        DeflateOptions options;
        options.max_unfinished = 5 * k_size;
        DeflatePool pool(options);
        const std::string payload = packed(std::string(k_size, 'a'));
        std::vector<std::unique_ptr<Deflate>> deflates;
        std::vector<MessageReader> readers;
        std::string seen;
        for (int i = 0; i < 20; ++i) {
            deflates.push_back(std::make_unique<Deflate>(pool, DeflateParameters{}));
            readers.emplace_back(Limits{});
            seen += feed(readers.back(), deflates.back().get(), frame(0x41, payload));
            CPPUNIT_ASSERT(pool.unfinished_bytes() <= options.max_unfinished);
        }
        CPPUNIT_ASSERT(seen.starts_with("error 1013 error 1013 "));
        // The first are not harmed, and leave room when they end.
        CPPUNIT_ASSERT_EQUAL("text(" + std::string(k_size, 'a') + ") ",
                             feed(readers[0], deflates[0].get(), frame(0x80)));
        Deflate late(pool, DeflateParameters{});
        MessageReader reader{Limits{}};
        CPPUNIT_ASSERT_EQUAL(std::string(), feed(reader, &late, frame(0x41, payload)));
        readers.clear();
    }

    void a_bomb_of_a_gigabyte_is_refused_with_its_first_bytes() {
        // A block of zeros that refers to itself, again and again: a mebibyte that would inflate to a
        // gibibyte.
        wire::Compressor compress(15, true);
        const std::string mebibyte(std::size_t{1} << 20, '\0');
        std::string bomb = compress(mebibyte) + std::string("\0\0\xFF\xFF", 4);
        const std::string again = compress(mebibyte) + std::string("\0\0\xFF\xFF", 4);
        while (bomb.size() < (std::size_t{1} << 20) - again.size())
            bomb += again;
        bomb.resize(bomb.size() - 4);
        DeflatePool pool{DeflateOptions{}};
        const std::string bytes = frame(0xC2, bomb);
        CPPUNIT_ASSERT(bytes.size() > 1000000);
        for (const std::size_t piece : {std::size_t{1000}, bytes.size()}) {
            Deflate deflate(pool, DeflateParameters{});
            MessageReader reader{Limits{}};
            std::size_t used = 0;
            std::string seen;
            while (seen.empty() && used < bytes.size()) {
                seen += feed(reader, &deflate, std::string_view(bytes).substr(used, piece));
                used += piece;
            }
            CPPUNIT_ASSERT_EQUAL(std::string("error 1009 "), seen);
            CPPUNIT_ASSERT(piece != 1000 || used < 3000);
            CPPUNIT_ASSERT(pool.inflated().capacity() <= (std::size_t{1} << 20) + 1);
        }
        pool.sweep();
        CPPUNIT_ASSERT(pool.inflated().capacity() <= std::size_t{64} << 10);
    }

    void readers_may_take_turns() {
        for (const bool takeover : {false, true}) {
            DeflatePool pool{DeflateOptions{}};
            constexpr unsigned k_readers = 12;
            std::vector<std::unique_ptr<Deflate>> deflates;
            std::vector<std::unique_ptr<wire::Compressor>> peers;
            std::vector<MessageReader> readers;
            for (unsigned i = 0; i < k_readers; ++i) {
                deflates.push_back(
                    std::make_unique<Deflate>(pool, DeflateParameters{15, 15, !takeover, !takeover}));
                peers.push_back(std::make_unique<wire::Compressor>(15, takeover));
                readers.emplace_back(Limits{});
            }
            for (unsigned round = 0; round < 20; ++round) {
                std::vector<std::string> texts;
                std::vector<std::string> payloads;
                for (unsigned i = 0; i < k_readers; ++i) {
                    texts.push_back(wire::chat_text(100 + 10 * i, round / 2 + i));
                    payloads.push_back((*peers[i])(texts[i]));
                    CPPUNIT_ASSERT_EQUAL(
                        std::string(),
                        feed(readers[i], deflates[i].get(), frame(0x41, payloads[i].substr(0, 4))));
                }
                for (unsigned i = 0; i < k_readers; ++i) {
                    CPPUNIT_ASSERT_EQUAL(
                        "text(" + texts[i] + ") ",
                        feed(readers[i], deflates[i].get(), frame(0x80, payloads[i].substr(4))));
                }
            }
            readers.clear();
        }
    }

    void sixteen_mebibytes_arrive_in_fragments_of_64_bytes() {
        const std::size_t size = std::size_t{16} << 20;
        const std::string text = wire::chat_text(size, 6);
        const std::string payload = packed(text);
        DeflatePool pool{DeflateOptions{}};
        Deflate deflate(pool, DeflateParameters{});
        MessageReader reader{Limits{.max_message_size = size, .max_frame_size = 0, .max_fragments = 1000000}};
        std::string bytes;
        for (std::size_t at = 0; at < payload.size(); at += 64) {
            const unsigned first = (at == 0 ? 0x41U : 0U) | (at + 64 >= payload.size() ? 0x80U : 0U);
            bytes += frame(first, std::string_view(payload).substr(at, 64));
        }
        std::span<char> input(bytes);
        const Item item = reader.next(input, &deflate);
        CPPUNIT_ASSERT(item.kind == Item::text && item.payload == text);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MessageReaderDeflateTest);

}  // namespace
}  // namespace zanhu::ws
