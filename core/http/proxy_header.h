#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <zanhu/scope.h>

namespace zanhu::http {

/// Both ends of a connection as a proxy sees them.
struct ProxiedEnds {
    Endpoint client;
    Endpoint server;
};

/// The header that a proxy puts ahead of a connection's bytes: version 1, a line of text, or version 2,
/// binary (HAProxy's "PROXY protocol", sections 2.1 and 2.2). No I/O: takes bytes cut anywhere. A value type.
class ProxyHeaderReader {
public:
    enum class State : std::uint8_t { need_more, done, malformed };

    /// As much of version 2 as is taken, with what a proxy adds to the addresses.
    static constexpr std::size_t k_max_size = 4096;

    /// Takes what belongs to the header from the beginning of `bytes`; `consumed` says how much that was.
    /// After `done` and `malformed` it takes nothing more.
    State feed(std::string_view bytes, std::size_t& consumed);

    /// After `done`. None: the proxy speaks for itself (a health check), or does not know.
    const std::optional<ProxiedEnds>& ends() const noexcept { return ends_; }
    /// After `malformed`: what is wrong.
    const char* problem() const noexcept { return problem_; }

private:
    State refuse(const char* problem) noexcept;
    std::size_t wanted() const noexcept;
    State parse();
    State parse_line();
    State parse_binary();
    State parse_addresses(unsigned char family, std::string_view addresses);

    std::string header_;
    std::optional<ProxiedEnds> ends_;
    const char* problem_ = "";
    State state_ = State::need_more;
};

}  // namespace zanhu::http
