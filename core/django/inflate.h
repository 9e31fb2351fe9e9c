#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace zanhu::django {

/// What zlib or gzip has compressed; std::nullopt when it is neither, or is longer than `limit` bytes. Stops
/// at the first byte over the limit, so that a bomb costs no more than an honest value. Any thread.
std::optional<std::string> inflate_up_to(std::string_view data, std::size_t limit);

}  // namespace zanhu::django
