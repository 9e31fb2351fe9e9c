#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace zanhu {

/// A list of allowed origins, parsed once (Channels: OriginValidator). Owned by the middleware that asks it;
/// immutable, so any thread may use it.
///
/// A pattern is `*`, a host (`example.com`, `.example.com` for the domain and all below it, `127.0.0.1`,
/// `[::1]`), for which the origin's scheme and port do not matter, or the same with a scheme and perhaps a
/// port (`http://.example.com:80`), which must then be equal after the defaults 80 of http and ws and 443 of
/// https and wss. Case never matters. Two differences from Channels, both to the strict side: an origin with
/// an impossible port or brackets is denied where Python fails with 500, and hosts outside of ASCII are
/// compared in their xn-- form only, which is what browsers send.
class OriginPatterns {
public:
    explicit OriginPatterns(const std::vector<std::string>& patterns);

    /// The value of the Origin header (of the last one, if there are several), std::nullopt when there is
    /// none. Allocates nothing.
    [[nodiscard]] bool allows(std::optional<std::string_view> origin) const noexcept;

    /// A sentence, with the remedy, for every pattern that can never match or that ignores a part of what it
    /// says.
    std::vector<std::string> warnings() const { return warnings_; }

private:
    struct Pattern {
        std::string scheme;      // empty: scheme and port of the origin do not matter
        std::string host;        // lower case, without brackets; empty: never matches
        int port = -1;           // -1: none, and the scheme has no default
        bool bracketed = false;  // an IPv6 address, which equals only another one in brackets
    };
    void add(const std::string& text);

    std::vector<Pattern> patterns_;
    std::vector<std::string> warnings_;
    bool allows_all_ = false;
};

/// Whether the value of a Host header names one of the allowed hosts (Django: HttpRequest.get_host with
/// ALLOWED_HOSTS): its port and one trailing dot do not count, case never matters, `.example.com` allows the
/// domain and all below it, `*` every well-formed host. Any thread.
[[nodiscard]] bool host_allowed(std::string_view host_header,
                                const std::vector<std::string>& allowed_hosts) noexcept;

}  // namespace zanhu
