#include "core/layer/redis_names.h"

#include <zlib.h>

#include <cstdint>

namespace zanhu::layer {

std::size_t shard_of(std::string_view value, std::size_t shards) {
    if (shards == 1) return 0;
    const auto hash =
        ::crc32(0, reinterpret_cast<const Bytef*>(value.data()), static_cast<uInt>(value.size()));
    const double width = 4096.0 / static_cast<double>(shards);
    return static_cast<std::size_t>(static_cast<double>(hash & 0xfff) / width);
}

std::string_view non_local_part(std::string_view channel) {
    const std::size_t mark = channel.find('!');
    return mark == std::string_view::npos ? channel : channel.substr(0, mark + 1);
}

std::string_view local_part(std::string_view channel) {
    const std::size_t mark = channel.find('!');
    return mark == std::string_view::npos ? std::string_view() : channel.substr(mark + 1);
}

std::string score_text(std::int64_t microseconds) {
    const std::string fraction = std::to_string(microseconds % 1'000'000);
    return std::to_string(microseconds / 1'000'000) + "." + std::string(6 - fraction.size(), '0') + fraction;
}

}  // namespace zanhu::layer
