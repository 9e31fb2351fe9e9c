#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/net/ip_address.h"

namespace zanhu::net {

/// Whose word is taken: addresses and networks, and peers on a Unix socket. A value type, read from any
/// thread.
class NetworkList {
public:
    NetworkList() = default;
    /// Each entry is an address (`::1`), a network (`10.0.0.0/8`) or `unix`. Throws ConfigError that names
    /// the entry.
    explicit NetworkList(std::span<const std::string> entries);

    bool empty() const noexcept { return networks_.empty() && !unix_; }
    bool contains(const IpAddress& address) const noexcept;
    /// An address as Endpoint has it: the empty one is a Unix socket's. False for what is no address.
    bool contains(std::string_view address) const;

private:
    struct Network {
        IpAddress address;
        unsigned bits;  // of 128
    };
    static Network parse(const std::string& entry);

    std::vector<Network> networks_;
    bool unix_ = false;
};

}  // namespace zanhu::net
