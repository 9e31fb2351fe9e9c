#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/settings/problems.h"

namespace zanhu::settings {

class Settings;

struct ListenAddress {
    std::string host;  ///< a name or an address, IPv6 without its brackets
    std::uint16_t port = 0;

    /// As it is written: `127.0.0.1:8000`, `[::1]:8000`.
    std::string text() const;
    bool operator==(const ListenAddress&) const = default;
};

/// The key `listen` of that section; what is wrong with it goes into `problems`.
std::vector<ListenAddress> read_listen(const Settings& settings,
                                       std::string_view section,
                                       Problems& problems);

}  // namespace zanhu::settings
