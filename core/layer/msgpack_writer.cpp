// msgpack-cxx would take macros only from Boost.
#define MSGPACK_NO_BOOST
#include "core/layer/msgpack_writer.h"

#include <bit>
#include <cstdint>
#include <limits>
#include <msgpack.hpp>
#include <type_traits>
#include <variant>

#include <zanhu/errors.h>

namespace zanhu::layer {

namespace {

/// What msgpack-cxx calls a stream.
class Appender {
public:
    explicit Appender(std::string& out) noexcept : out_(out) {}
    void write(const char* bytes, std::size_t size) { out_.append(bytes, size); }

private:
    std::string& out_;
};

using Packer = msgpack::packer<Appender>;

std::uint32_t checked(std::size_t size) {
    if (size > std::numeric_limits<std::uint32_t>::max())
        throw Error("a message is too large for MessagePack");
    return static_cast<std::uint32_t>(size);
}

void pack_text(Packer& packer, std::string_view text) {
    packer.pack_str(checked(text.size()));
    packer.pack_str_body(text.data(), checked(text.size()));
}

void pack(Packer& packer, const Value& value);

void pack_one(Packer& packer, std::monostate) {
    packer.pack_nil();
}
void pack_one(Packer& packer, bool value) {
    value ? packer.pack_true() : packer.pack_false();
}
void pack_one(Packer& packer, std::int64_t value) {
    packer.pack_int64(value);
}
// msgpack-cxx would make a whole number an integer, which is another type for Python, and may be too large to
// be read as one.
void pack_one(Packer& packer, double value) {
    auto bits = std::bit_cast<std::uint64_t>(value);
    char bytes[9] = {'\xcb'};  // float 64, most significant byte first
    for (int i = 8; i > 0; --i, bits >>= 8)
        bytes[i] = static_cast<char>(bits & 0xFF);
    packer.pack_str_body(bytes, sizeof bytes);  // bytes as they are
}
void pack_one(Packer& packer, const std::string& value) {
    pack_text(packer, value);
}
void pack_one(Packer& packer, const Bytes& value) {
    packer.pack_bin(checked(value.data.size()));
    packer.pack_bin_body(value.data.data(), checked(value.data.size()));
}
void pack_one(Packer& packer, const ValueList& list) {
    packer.pack_array(checked(list.size()));
    for (const Value& item : list)
        pack(packer, item);
}
void pack_one(Packer& packer, const ValueMap& map) {
    packer.pack_map(checked(map.size()));
    for (const auto& [key, item] : map) {
        pack_text(packer, key);
        pack(packer, item);
    }
}

void pack(Packer& packer, const Value& value) {
    std::visit([&packer](const auto& held) { pack_one(packer, held); }, value.variant());
}

}  // namespace

void write_msgpack(std::string& out, const Value& value) {
    Appender appender(out);
    Packer packer(appender);
    pack(packer, value);
}

void write_msgpack_text(std::string& out, std::string_view text) {
    Appender appender(out);
    Packer packer(appender);
    pack_text(packer, text);
}

void write_msgpack_map_head(std::string& out, std::size_t entries) {
    Appender appender(out);
    Packer packer(appender);
    packer.pack_map(checked(entries));
}

}  // namespace zanhu::layer
