#pragma once

#include <cstddef>

namespace zanhu {

/// How many receivers a fan-out serves between two EventLoop::flush_output: few enough outboxes in use at
/// once, many enough that the loop stays in its caches.
inline constexpr std::size_t k_deliveries_a_flush = 64;

}  // namespace zanhu
