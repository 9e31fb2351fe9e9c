#include "middleware/ip_ranges.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include <zanhu/errors.h>

namespace zanhu::middleware {

namespace {

constexpr unsigned k_mapped_bits = 96;  // ::ffff:0:0/96 holds the IPv4 addresses
constexpr unsigned k_client_bits = 64;

}  // namespace

IpRanges::Address IpRanges::Address::masked(unsigned prefix) const noexcept {
    Address network = *this;
    for (unsigned byte = 0; byte < network.bytes.size(); ++byte) {
        const unsigned begin = byte * 8;
        const unsigned kept = prefix <= begin ? 0 : std::min(prefix - begin, 8U);
        network.bytes[byte] &= static_cast<unsigned char>(0xff00U >> kept);
    }
    return network;
}

std::optional<IpRanges::Address> IpRanges::parse(const std::string& text) {
    Address address;
    if (::inet_pton(AF_INET6, text.c_str(), address.bytes.data()) == 1) return address;
    address.v4 = true;
    if (::inet_pton(AF_INET, text.c_str(), address.bytes.data()) == 1) return address;
    return std::nullopt;
}

/// Takes the IPv4 address out of an IPv6 one; false when there is none in it.
bool IpRanges::unmap(Address& address) noexcept {
    static constexpr std::array<unsigned char, k_mapped_bits / 8> k_mapped{
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (address.v4 || std::memcmp(address.bytes.data(), k_mapped.data(), k_mapped.size()) != 0) return false;
    Address inner;
    inner.v4 = true;
    std::copy(address.bytes.begin() + k_mapped.size(), address.bytes.end(), inner.bytes.begin());
    address = inner;
    return true;
}

IpRanges::IpRanges(const std::vector<std::string>& entries) {
    for (const std::string& entry : entries) {
        if (entry == "unix") {
            unix_ = true;
        } else if (entry == "unknown") {
            unknown_ = true;
        } else {
            ranges_.push_back(range_of(entry));
        }
    }
}

IpRanges::Range IpRanges::range_of(const std::string& entry) {
    const std::size_t slash = std::min(entry.find('/'), entry.size());
    auto address = parse(entry.substr(0, slash));
    if (!address) {
        throw ConfigError(
            "`" + entry +
            "` is no address or network; write 10.0.0.0/8, 2001:db8::/32, ::1, unix or unknown");
    }
    unsigned prefix = address->bits();
    if (slash < entry.size()) {
        const char* begin = entry.data() + slash + 1;
        const char* end = entry.data() + entry.size();
        const auto [stop, error] = std::from_chars(begin, end, prefix);
        if (error != std::errc() || stop != end || prefix > address->bits()) {
            throw ConfigError("`" + entry + "` has no length of a network behind its slash; use 0 to " +
                              std::to_string(address->bits()));
        }
    }
    if (prefix >= k_mapped_bits && unmap(*address)) prefix -= k_mapped_bits;
    return {address->masked(prefix), prefix};
}

bool IpRanges::contains(const std::string& address) const {
    if (address.empty()) return unix_;
    auto parsed = parse(address);
    if (!parsed) return unknown_;
    unmap(*parsed);
    return std::ranges::any_of(ranges_, [&](const Range& range) {
        return range.network.v4 == parsed->v4 && parsed->masked(range.prefix) == range.network;
    });
}

std::string client_network(const std::string& address) {
    auto parsed = IpRanges::parse(address);
    if (!parsed) return address;
    IpRanges::unmap(*parsed);
    const bool v4 = parsed->v4;
    const auto network = v4 ? *parsed : parsed->masked(k_client_bits);
    char text[INET6_ADDRSTRLEN];
    ::inet_ntop(v4 ? AF_INET : AF_INET6, network.bytes.data(), text, sizeof text);
    return v4 ? text : std::string(text) + "/64";
}

}  // namespace zanhu::middleware
