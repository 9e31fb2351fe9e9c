#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <string_view>

#include <zanhu/scope.h>

namespace zanhu::net {

/// Where to listen: `127.0.0.1:8000`, `[::1]:8000` or `unix:/run/zanhu/http.sock`. A value type.
class Address {
public:
    /// Throws ConfigError for a text that is no such address (names are not looked up).
    static Address parse(std::string_view text);
    static Address unix_socket(const std::string& path);

    bool is_unix() const noexcept { return storage_.ss_family == AF_UNIX; }
    /// 127.0.0.0/8, ::1, or a Unix socket.
    bool is_loopback() const noexcept;
    const sockaddr* data() const noexcept { return reinterpret_cast<const sockaddr*>(&storage_); }
    socklen_t size() const noexcept { return size_; }
    int family() const noexcept { return storage_.ss_family; }
    std::string to_string() const;
    Endpoint endpoint() const;

    static Address of_peer(int descriptor) noexcept;
    static Address of_socket(int descriptor) noexcept;

private:
    sockaddr_storage storage_{};
    socklen_t size_ = 0;
};

}  // namespace zanhu::net
