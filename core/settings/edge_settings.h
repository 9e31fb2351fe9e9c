#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace zanhu::settings {

class Settings;
struct ListenAddress;

// As in typed.h: [limits], [proxies] and [metrics].

struct LimitSettings {
    enum class Excess { delay, close };

    std::size_t connections_per_address = 0;  ///< 0, here and below: no bound
    std::size_t sockets_per_user = 0;
    std::uint64_t handshakes_per_second = 0;
    std::uint64_t handshakes_per_second_per_address = 0;
    std::uint64_t messages_per_second = 0;
    std::uint64_t bytes_per_second = 0;
    Excess excess = Excess::delay;

    static LimitSettings from(const Settings& settings);
};

struct ProxySettings {
    enum class Fields { x_forwarded, forwarded };

    std::vector<std::string> trusted;  ///< as it is written
    Fields fields = Fields::x_forwarded;

    static ProxySettings from(const Settings& settings);
};

struct MetricsSettings {
    std::vector<ListenAddress> listen;
    bool listen_is_set = false;  ///< and not the default

    static MetricsSettings from(const Settings& settings);
};

}  // namespace zanhu::settings
