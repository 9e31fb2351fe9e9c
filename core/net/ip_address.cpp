#include "core/net/ip_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

namespace zanhu::net {

namespace {

constexpr std::array<std::uint8_t, 12> k_v4_prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr unsigned k_subscriber_bits = 64;

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
    char copy[INET6_ADDRSTRLEN] = {};
    if (text.size() >= sizeof copy || text.find('\0') != std::string_view::npos) return std::nullopt;
    text.copy(copy, text.size());
    IpAddress address;
    if (::inet_pton(AF_INET6, copy, address.bytes_.data()) == 1) return address;
    std::copy(k_v4_prefix.begin(), k_v4_prefix.end(), address.bytes_.begin());
    if (::inet_pton(AF_INET, copy, address.bytes_.data() + k_v4_prefix.size()) == 1) return address;
    return std::nullopt;
}

bool IpAddress::is_v4() const noexcept {
    return std::equal(k_v4_prefix.begin(), k_v4_prefix.end(), bytes_.begin());
}

std::string IpAddress::to_string() const {
    char text[INET6_ADDRSTRLEN] = {};
    if (is_v4()) {
        ::inet_ntop(AF_INET, bytes_.data() + k_v4_prefix.size(), text, sizeof text);
    } else {
        ::inet_ntop(AF_INET6, bytes_.data(), text, sizeof text);
    }
    return text;
}

IpAddress IpAddress::subscriber() const noexcept {
    return is_v4() ? *this : masked(k_subscriber_bits);
}

bool IpAddress::shares(const IpAddress& other, unsigned bits) const noexcept {
    return masked(bits) == other.masked(bits);
}

IpAddress IpAddress::masked(unsigned bits) const noexcept {
    IpAddress result;
    const std::size_t whole = bits / 8;
    std::copy_n(bytes_.begin(), whole, result.bytes_.begin());
    if (bits % 8 != 0)
        result.bytes_[whole] = static_cast<std::uint8_t>(bytes_[whole] & (0xff00U >> (bits % 8)));
    return result;
}

std::size_t IpAddress::hash() const noexcept {
    return std::hash<std::string_view>()({reinterpret_cast<const char*>(bytes_.data()), bytes_.size()});
}

}  // namespace zanhu::net
