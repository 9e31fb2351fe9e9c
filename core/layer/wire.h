#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <zanhu/value.h>

// How a message is written in Redis (channels_redis: serializers.py, msgpack and json). Free functions
// without state, any thread.
namespace zanhu::layer {

/// Where a message goes is a key of the message itself (channels_redis: core.py).
inline constexpr std::string_view k_channel_key = "__asgi_channel__";

enum class Format { msgpack, json };

/// What is refused when it is read; what is written is the application's own affair.
struct WireLimits {
    std::size_t max_size = 64 << 20;  ///< bytes of one message
    std::size_t max_depth = 64;
    std::size_t max_map = 10'000;  ///< entries of one map, since a map is searched from its beginning
};

/// The entries of a map, ready to be written several times with other entries behind them.
class WireBody {
public:
    /// Throws Error when the format cannot carry a value, or when the map holds __asgi_channel__ itself.
    WireBody(Format format, const ValueMap& fields);

    std::string with() const;
    /// With __asgi_channel__ as a text (send) or as a list (group_send).
    std::string with(const std::string& channel) const;
    std::string with(const std::vector<std::string>& channels) const;

private:
    std::string finish(const Value* channel) const;

    Format format_;
    std::size_t entries_;
    std::string body_;
};

/// std::nullopt when the bytes are not exactly one map in that format, or break a limit. The keys of maps are
/// texts, or bytes that are one (msgpack-python: strict_map_key); integers have 64 signed bits.
std::optional<ValueMap> read_wire(Format format, std::string_view bytes, const WireLimits& limits = {});

}  // namespace zanhu::layer
