#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <zanhu/value.h>

// MessagePack as msgpack-python writes it with use_bin_type: the smallest form of everything, doubles of 64
// bits. Appends to `out`. Throws Error for what has more than 2^32 - 1 bytes or entries.
namespace zanhu::layer {

void write_msgpack(std::string& out, const Value& value);
void write_msgpack_text(std::string& out, std::string_view text);
void write_msgpack_map_head(std::string& out, std::size_t entries);

}  // namespace zanhu::layer
