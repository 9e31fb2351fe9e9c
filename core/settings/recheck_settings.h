#pragma once

#include <chrono>
#include <cstddef>

namespace zanhu::settings {

class Settings;

/// [recheck].
struct RecheckSettings {
    std::chrono::milliseconds interval{};  ///< 0: never
    std::size_t batch = 0;

    static RecheckSettings from(const Settings& settings);
};

}  // namespace zanhu::settings
