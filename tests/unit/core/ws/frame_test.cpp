#include "core/ws/frame.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <cstring>
#include <string>

#include "core/ws/frame_header.h"
#include "tests/unit/core/ws/wire.h"

namespace zanhu::ws {
namespace {

struct HeaderCase {
    Opcode opcode;
    bool fin;
    bool rsv1;
    std::uint64_t length;
    std::string bytes;
};

const HeaderCase k_headers[] = {
    {Opcode::text, true, false, 0, std::string("\x81\x00", 2)},
    {Opcode::text, false, false, 5, "\x01\x05"},
    {Opcode::text, true, true, 125, "\xC1\x7D"},
    {Opcode::continuation, true, false, 126, std::string("\x80\x7E\x00\x7E", 4)},
    {Opcode::continuation, false, false, 255, std::string("\x00\x7E\x00\xFF", 4)},
    {Opcode::binary, true, false, 256, std::string("\x82\x7E\x01\x00", 4)},
    {Opcode::binary, true, false, 65535, "\x82\x7E\xFF\xFF"},
    {Opcode::binary, true, false, 65536, std::string("\x82\x7F\0\0\0\0\0\x01\0\0", 10)},
    {Opcode::binary, false, true, 0x0123456789ABCDEF, "\x42\x7F\x01\x23\x45\x67\x89\xAB\xCD\xEF"},
    {Opcode::close, true, false, 0, std::string("\x88\x00", 2)},
    {Opcode::ping, true, false, 125, "\x89\x7D"},
    {Opcode::pong, true, false, 1, "\x8A\x01"},
};

class FrameTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(FrameTest);
    CPPUNIT_TEST(headers_are_encoded_in_the_shortest_form);
    CPPUNIT_TEST(frames_are_a_header_and_the_payload);
    CPPUNIT_TEST(client_frames_are_as_the_plain_encoder_makes_them);
    CPPUNIT_TEST(unmasking_is_right_for_every_length_offset_and_alignment);
    CPPUNIT_TEST(unmasking_tells_of_every_byte_that_is_not_ascii);
    CPPUNIT_TEST(what_is_unmasked_may_overlap_with_where_it_goes);
    CPPUNIT_TEST(a_header_is_incomplete_until_its_last_byte);
    CPPUNIT_TEST(an_invalid_header_is_known_at_the_earliest_byte);
    CPPUNIT_TEST(reserved_bits_are_reported_and_not_judged);
    CPPUNIT_TEST_SUITE_END();

    void headers_are_encoded_in_the_shortest_form() {
        for (const HeaderCase& c : k_headers) {
            char out[k_max_server_header];
            const std::size_t size = encode_header(out, c.opcode, c.fin, c.rsv1, c.length);
            CPPUNIT_ASSERT_EQUAL(c.bytes, std::string(out, size));
        }
    }

    void frames_are_a_header_and_the_payload() {
        CPPUNIT_ASSERT_EQUAL(std::string("\x81\x05Hello"), encode_frame(Opcode::text, "Hello"));
        CPPUNIT_ASSERT_EQUAL(std::string("\x8A\x00", 2), encode_frame(Opcode::pong, ""));
        const std::string big(70000, 'b');
        CPPUNIT_ASSERT_EQUAL(std::string("\x82\x7F\0\0\0\0\0\x01\x11\x70", 10) + big,
                             encode_frame(Opcode::binary, big));
        CPPUNIT_ASSERT_EQUAL(std::string("\x88\x05\x03\xE8"
                                         "bye"),
                             encode_close_frame(CloseCode::normal, "bye"));
        CPPUNIT_ASSERT_EQUAL(std::string("\x88\x00", 2), encode_close_frame(CloseCode::no_status));
    }

    void client_frames_are_as_the_plain_encoder_makes_them() {
        const std::string rfc_example = "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";  // RFC 6455 5.7
        std::uint32_t key;
        std::memcpy(&key, "\x37\xfa\x21\x3d", 4);
        CPPUNIT_ASSERT_EQUAL(rfc_example, encode_client_frame(Opcode::text, "Hello", key));
        for (const std::size_t size : {0, 1, 3, 4, 5, 125, 126, 127, 1000, 65535, 65536, 70001}) {
            const std::string payload(size, 'p');
            CPPUNIT_ASSERT_EQUAL(wire::frame(0x42, payload, "\x37\xfa\x21\x3d"),
                                 encode_client_frame(Opcode::binary, payload, key, false, true));
        }
    }

    void unmasking_is_right_for_every_length_offset_and_alignment() {
        const std::string_view key_bytes = "\x01\x80\xFE\x37";
        std::uint32_t key;
        std::memcpy(&key, key_bytes.data(), 4);
        std::string plain;
        for (int i = 0; i < 640; ++i)
            plain += static_cast<char>(i * 7);
        for (std::size_t begin = 0; begin < 9; ++begin) {
            for (std::size_t size = 0; size <= 600; size = size < 100 ? size + 1 : size + 17) {
                for (std::size_t offset = 0; offset < 5; ++offset) {
                    std::string data = plain;
                    unmask(data.data() + begin, size, key, offset);
                    std::string expected = plain;
                    for (std::size_t i = 0; i < size; ++i) {
                        expected[begin + i] =
                            static_cast<char>(expected[begin + i] ^ key_bytes[(offset + i) % 4]);
                    }
                    CPPUNIT_ASSERT_EQUAL(expected, data);
                }
            }
        }
    }

    void unmasking_tells_of_every_byte_that_is_not_ascii() {
        const std::uint32_t key = 0x80FF017F;
        const std::string ascii(700, 'a');
        for (std::size_t size = 0; size <= ascii.size(); size = size < 70 ? size + 1 : size + 63) {
            std::string masked = ascii.substr(0, size);
            unmask(masked.data(), size, key, 0);
            std::string out(size, '\0');
            CPPUNIT_ASSERT(unmask_into(out.data(), masked.data(), size, key, 0));
            CPPUNIT_ASSERT_EQUAL(ascii.substr(0, size), out);
            for (std::size_t i = 0; i < size; ++i) {
                std::string other = masked;
                other[i] = static_cast<char>(other[i] ^ 0x80);
                CPPUNIT_ASSERT(!unmask_into(out.data(), other.data(), size, key, 0));
                CPPUNIT_ASSERT(!unmask(other.data(), size, key, 0));
                CPPUNIT_ASSERT_EQUAL(other, out);
            }
        }
    }

    void what_is_unmasked_may_overlap_with_where_it_goes() {
        std::string plain;
        for (std::size_t i = 0; i < 700; ++i)
            plain += static_cast<char>(i * 131 + i / 251);
        for (std::size_t distance = 1; distance <= 130; ++distance) {
            for (const std::size_t size : {1, 3, 4, 7, 8, 31, 32, 63, 64, 65, 255, 256, 257, 511, 700}) {
                std::string all = std::string(distance, 'b') + plain.substr(0, size);
                unmask(all.data() + distance, size, 0x12345678, 0);
                unmask_into(all.data(), all.data() + distance, size, 0x12345678, 0);
                CPPUNIT_ASSERT(all.compare(0, size, plain, 0, size) == 0);
            }
        }
    }

    void a_header_is_incomplete_until_its_last_byte() {
        for (const std::uint64_t length : {std::uint64_t{0},
                                           std::uint64_t{125},
                                           std::uint64_t{126},
                                           std::uint64_t{65535},
                                           std::uint64_t{65536},
                                           std::uint64_t{1} << 62}) {
            const std::string bytes = wire::header(0x01, length, "abcd") + "payload";
            const std::size_t size = bytes.size() - 7;
            FrameHeader header;
            std::string_view error;
            for (std::size_t have = 0; have < size; ++have) {
                const auto status =
                    parse_client_header(std::string_view(bytes).substr(0, have), header, error);
                CPPUNIT_ASSERT(status == HeaderStatus::incomplete);
            }
            CPPUNIT_ASSERT(parse_client_header(bytes, header, error) == HeaderStatus::complete);
            CPPUNIT_ASSERT_EQUAL(size, std::size_t{header.size});
            CPPUNIT_ASSERT_EQUAL(length, header.length);
            CPPUNIT_ASSERT(!header.fin && header.opcode == Opcode::text && header.reserved == 0);
            CPPUNIT_ASSERT(std::memcmp(&header.key, "abcd", 4) == 0);
        }
    }

    void an_invalid_header_is_known_at_the_earliest_byte() {
        const struct {
            std::string bytes;
            std::size_t needed;
        } table[] = {
            {"\x83\x80", 1},  // reserved opcodes
            {"\x87\x80", 1},
            {"\x8B\x80", 1},
            {"\x8F\x80", 1},
            {"\x08\x80", 1},  // control frames in fragments
            {"\x09\x80", 1},
            {"\x0A\x80", 1},
            {std::string("\x81\x00", 2), 2},  // unmasked
            {"\x89\x7D", 2},
            {"\x88\xFE", 2},  // long control frames
            {"\x89\xFF", 2},
            {std::string("\x81\xFE\x00\x7D", 4), 4},  // longer forms than needed
            {std::string("\x81\xFE\x00\x00", 4), 4},
            {std::string("\x81\xFF\0\0\0\0\0\0\xFF\xFF", 10), 10},
            {std::string("\x82\xFF\0\0\0\0\0\0\0\x7D", 10), 10},
            {"\x82\xFF\x80\x01\x01\x01\x01\x01\x01\x01", 10},  // highest bit
        };
        for (const auto& c : table) {
            FrameHeader header;
            std::string_view error;
            for (std::size_t have = 0; have <= c.bytes.size(); ++have) {
                const auto status =
                    parse_client_header(std::string_view(c.bytes).substr(0, have), header, error);
                CPPUNIT_ASSERT(status ==
                               (have < c.needed ? HeaderStatus::incomplete : HeaderStatus::invalid));
                CPPUNIT_ASSERT_EQUAL(have < c.needed, error.empty());
            }
        }
    }

    void reserved_bits_are_reported_and_not_judged() {
        for (unsigned bits = 0; bits < 8; ++bits) {
            FrameHeader header;
            std::string_view error;
            const std::string bytes = wire::header(0x82 | bits << 4, 1);
            CPPUNIT_ASSERT(parse_client_header(bytes, header, error) == HeaderStatus::complete);
            CPPUNIT_ASSERT_EQUAL(bits, unsigned{header.reserved});
            CPPUNIT_ASSERT(header.fin);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FrameTest);

}  // namespace
}  // namespace zanhu::ws
