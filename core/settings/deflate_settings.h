#pragma once

#include <chrono>
#include <cstddef>

namespace zanhu::settings {

class Settings;

/// [deflate], which holds for the sockets of [websocket].
struct DeflateSettings {
    bool enabled = false;
    std::size_t threshold = 0;
    int level = 0;
    int memory_level = 0;
    unsigned server_max_window_bits = 0;
    unsigned client_max_window_bits = 0;
    bool server_no_context_takeover = false;
    bool client_no_context_takeover = false;
    std::size_t max_contexts = 0;
    std::chrono::milliseconds context_timeout{};
    std::size_t max_unfinished = 0;

    /// Throws ConfigError for what one key's range cannot say.
    static DeflateSettings from(const Settings& settings);
};

}  // namespace zanhu::settings
