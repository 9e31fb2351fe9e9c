#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace zanhu::net {

/// An IPv4 or IPv6 address without a port; IPv4 is kept as IPv6 has it (::ffff:a.b.c.d), and the two are
/// equal. A value type.
class IpAddress {
public:
    /// `192.0.2.1`, `2001:db8::1`; no brackets, port, zone or blanks. std::nullopt for anything else.
    static std::optional<IpAddress> parse(std::string_view text);

    bool is_v4() const noexcept;
    std::string to_string() const;
    /// What one subscriber has: an IPv4 address as it is, of an IPv6 one its /64.
    IpAddress subscriber() const noexcept;
    /// Whether the first `bits` of 128 are the same.
    bool shares(const IpAddress& other, unsigned bits) const noexcept;
    /// With all but the first `bits` of 128 cleared.
    IpAddress masked(unsigned bits) const noexcept;

    bool operator==(const IpAddress&) const = default;
    std::size_t hash() const noexcept;

private:
    std::array<std::uint8_t, 16> bytes_{};
};

}  // namespace zanhu::net

template <>
struct std::hash<zanhu::net::IpAddress> {
    std::size_t operator()(const zanhu::net::IpAddress& address) const noexcept { return address.hash(); }
};
