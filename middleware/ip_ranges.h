#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace zanhu::middleware {

/// Addresses and networks, as 10.0.0.0/8, 2001:db8::/32, 192.0.2.7 or ::1; the word `unix` stands for clients
/// of a Unix socket, and `unknown` for those whose proxy tells no address of them. An IPv4 address inside an
/// IPv6 one counts as itself. A value type; any thread.
class IpRanges {
public:
    IpRanges() = default;
    /// Throws ConfigError with the entry that is none.
    explicit IpRanges(const std::vector<std::string>& entries);

    bool empty() const noexcept { return ranges_.empty() && !unix_ && !unknown_; }
    /// The empty address is a Unix socket's; what is no address is unknown.
    bool contains(const std::string& address) const;
    /// Whether it is the address of a machine or a Unix socket's.
    static bool is_known(const std::string& address) { return address.empty() || parse(address); }

private:
    /// An IPv4 address has the first four bytes only.
    struct Address {
        std::array<unsigned char, 16> bytes{};
        bool v4 = false;
        bool operator==(const Address&) const = default;
        unsigned bits() const noexcept { return v4 ? 32 : 128; }
        Address masked(unsigned prefix) const noexcept;
    };
    struct Range {
        Address network;
        unsigned prefix;
    };
    static std::optional<Address> parse(const std::string& text);
    static bool unmap(Address& address) noexcept;
    static Range range_of(const std::string& entry);
    friend std::string client_network(const std::string& address);

    std::vector<Range> ranges_;
    bool unix_ = false;
    bool unknown_ = false;
};

/// The address itself, or an IPv6 address's network of 64 bits, of which one client has every address.
std::string client_network(const std::string& address);

}  // namespace zanhu::middleware
