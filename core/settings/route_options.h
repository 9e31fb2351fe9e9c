#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <zanhu/settings.h>
#include <zanhu/value.h>

namespace zanhu::settings {

/// What a `[route.NAME]` asks for beside its path and its consumer. A value.
struct RouteOptions {
    enum class Require : std::uint8_t { anyone, authenticated, staff, superuser };

    Require require = Require::anyone;
    ValueMap kwargs;
    std::uint32_t max_message_size = 0;  ///< bytes; 0: as everywhere
    std::vector<std::string> subprotocols;

    /// Throws one ConfigError with all problems.
    static RouteOptions from(const ConfigView& section);
    bool limits_sockets() const noexcept { return max_message_size > 0 || !subprotocols.empty(); }
};

/// What a `[worker.NAME]` asks for beside its consumer. A value.
struct WorkerOptions {
    std::string layer;
    std::size_t concurrency = 1;
    bool in_process = true;

    static WorkerOptions from(const ConfigView& section);
};

}  // namespace zanhu::settings
