#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include <zanhu/value.h>

namespace zanhu::layer {

/// Reads exactly one MessagePack map. Strict: text is UTF-8, the keys of maps are texts or bytes that are
/// one, integers have 64 signed bits, no extension types, nothing behind the map. No memory is taken for
/// what is only announced. Any thread.
std::optional<ValueMap> read_msgpack(std::string_view bytes, std::size_t max_depth, std::size_t max_map);

}  // namespace zanhu::layer
