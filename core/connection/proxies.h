#pragma once

#include <cstdint>

#include <zanhu/scope.h>

#include "core/net/network_list.h"

namespace zanhu::connection {

/// In which fields the trusted proxies say whom they speak for. Only one way is believed: a proxy that writes
/// one of them lets a client's other through.
enum class ForwardingFields : std::uint8_t { x_forwarded, forwarded };

/// The proxies ahead of zanhu, and what is believed of them: the client's address, and whether it came by
/// TLS. Host stays what the proxy sends as Host. A constant value, read by all loops.
class Proxies {
public:
    Proxies() = default;
    Proxies(net::NetworkList trusted, ForwardingFields fields)
        : trusted_(std::move(trusted)), fields_(fields) {}

    /// `address` as Endpoint has it.
    bool trusts(std::string_view address) const { return !trusted_.empty() && trusted_.contains(address); }

    /// Puts the client and the scheme that trusted proxies tell into the scope, whose client is the peer so
    /// far. The list is walked from its end, past trusted proxies, to the first address that is none. What
    /// cannot be read there is ignored, counted and logged: the client is then the last trusted proxy that
    /// was named. An unknown client has the address `unknown`, and nobody is looked for behind it.
    void apply(Scope& scope) const;

private:
    void apply_x_forwarded(Scope& scope) const;
    void apply_forwarded(Scope& scope) const;

    net::NetworkList trusted_;
    ForwardingFields fields_ = ForwardingFields::x_forwarded;
};

}  // namespace zanhu::connection
