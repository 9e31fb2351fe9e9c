#include "core/net/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <charconv>
#include <cstddef>
#include <cstring>

#include <zanhu/errors.h>

namespace zanhu::net {

namespace {

[[noreturn]] void refuse(std::string_view text) {
    throw ConfigError("'" + std::string(text) +
                      "' is no address to listen on; write IPV4:PORT, [IPV6]:PORT or unix:/PATH, for example "
                      "127.0.0.1:8000");
}

std::uint16_t parse_port(std::string_view digits, std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc() || end != digits.data() + digits.size()) refuse(text);
    return port;
}

template <class T>
T read_as(const sockaddr_storage& storage) {
    T address;
    std::memcpy(&address, &storage, sizeof address);
    return address;
}

}  // namespace

Address Address::parse(std::string_view text) {
    if (text.starts_with("unix:/")) return unix_socket(std::string(text.substr(5)));
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0) refuse(text);
    std::string host(text.substr(0, colon));
    const std::uint16_t port = parse_port(text.substr(colon + 1), text);
    Address address;
    if (host.front() == '[' && host.back() == ']') {
        sockaddr_in6 in6{};
        in6.sin6_family = AF_INET6;
        in6.sin6_port = htons(port);
        if (::inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), &in6.sin6_addr) != 1) refuse(text);
        std::memcpy(&address.storage_, &in6, sizeof in6);
        address.size_ = sizeof in6;
    } else {
        sockaddr_in in4{};
        in4.sin_family = AF_INET;
        in4.sin_port = htons(port);
        if (::inet_pton(AF_INET, host.c_str(), &in4.sin_addr) != 1) refuse(text);
        std::memcpy(&address.storage_, &in4, sizeof in4);
        address.size_ = sizeof in4;
    }
    return address;
}

Address Address::unix_socket(const std::string& path) {
    sockaddr_un un{};
    un.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof un.sun_path) {
        throw ConfigError("the Unix socket path '" + path + "' has " + std::to_string(path.size()) +
                          " bytes; the system allows 1 to " + std::to_string(sizeof un.sun_path - 1));
    }
    std::memcpy(un.sun_path, path.data(), path.size());
    Address address;
    std::memcpy(&address.storage_, &un, sizeof un);
    address.size_ = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + 1);
    return address;
}

bool Address::is_loopback() const noexcept {
    if (family() == AF_INET) return ntohl(read_as<sockaddr_in>(storage_).sin_addr.s_addr) >> 24 == 127;
    if (family() == AF_INET6) {
        const auto in6 = read_as<sockaddr_in6>(storage_);
        return IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr);
    }
    return is_unix();
}

Endpoint Address::endpoint() const {
    char text[INET6_ADDRSTRLEN] = {};
    if (family() == AF_INET) {
        const auto in4 = read_as<sockaddr_in>(storage_);
        ::inet_ntop(AF_INET, &in4.sin_addr, text, sizeof text);
        return Endpoint{text, ntohs(in4.sin_port)};
    }
    if (family() == AF_INET6) {
        const auto in6 = read_as<sockaddr_in6>(storage_);
        ::inet_ntop(AF_INET6, &in6.sin6_addr, text, sizeof text);
        return Endpoint{text, ntohs(in6.sin6_port)};
    }
    return {};
}

std::string Address::to_string() const {
    if (is_unix()) return std::string("unix:") + read_as<sockaddr_un>(storage_).sun_path;
    const Endpoint end = endpoint();
    const std::string host = family() == AF_INET6 ? "[" + end.address + "]" : end.address;
    return host + ":" + std::to_string(end.port);
}

Address Address::of_peer(int descriptor) noexcept {
    Address address;
    address.size_ = sizeof address.storage_;
    ::getpeername(descriptor, reinterpret_cast<sockaddr*>(&address.storage_), &address.size_);
    return address;
}

Address Address::of_socket(int descriptor) noexcept {
    Address address;
    address.size_ = sizeof address.storage_;
    ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address.storage_), &address.size_);
    return address;
}

}  // namespace zanhu::net
