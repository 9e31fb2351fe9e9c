#include "core/http/proxy_header.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <utility>

namespace zanhu::http {

namespace {

constexpr std::string_view k_text_start = "PROXY ";
constexpr std::size_t k_text_max = 107;  // 2.1: the longest line, with its CR LF
constexpr std::string_view k_binary_start("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr std::size_t k_binary_head = 16;  // 2.2: signature, version and command, family, length
constexpr std::size_t k_unix_ends = 216;   // two paths of 108 bytes

bool begins_like(std::string_view bytes, std::string_view start) noexcept {
    const std::size_t common = std::min(bytes.size(), start.size());
    return bytes.substr(0, common) == start.substr(0, common);
}

unsigned byte_at(std::string_view bytes, std::size_t index) noexcept {
    return static_cast<unsigned char>(bytes[index]);
}

/// Decimal, without a sign or leading zeros.
bool parse_port(std::string_view text, std::uint16_t& port) noexcept {
    if (text.empty() || text.size() > 5 || (text.size() > 1 && text.front() == '0')) return false;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc() && end == text.data() + text.size();
}

std::string address_text(int family, const char* bytes) {
    char text[INET6_ADDRSTRLEN] = {};
    ::inet_ntop(family, bytes, text, sizeof text);
    return text;
}

/// The address in its usual form; empty: it is none of that family.
std::string usual_form(int family, std::string_view text) {
    char bytes[sizeof(in6_addr)];
    if (text.find('\0') != std::string_view::npos) return {};
    const bool valid = ::inet_pton(family, std::string(text).c_str(), bytes) == 1;
    return valid ? address_text(family, bytes) : std::string();
}

std::uint16_t port_at(std::string_view bytes, std::size_t index) noexcept {
    return static_cast<std::uint16_t>(byte_at(bytes, index) << 8 | byte_at(bytes, index + 1));
}

/// Splits at single blanks into exactly N words, none of them empty.
template <std::size_t N>
bool split(std::string_view text, std::array<std::string_view, N>& words) noexcept {
    for (std::size_t i = 0; i < N; ++i) {
        const std::size_t blank = text.find(' ');
        words[i] = text.substr(0, blank);
        const bool last = blank == std::string_view::npos;
        if (words[i].empty() || last != (i + 1 == N)) return false;
        text.remove_prefix(last ? text.size() : blank + 1);
    }
    return true;
}

}  // namespace

ProxyHeaderReader::State ProxyHeaderReader::refuse(const char* problem) noexcept {
    problem_ = problem;
    state_ = State::malformed;
    return state_;
}

/// How many more bytes belong to the header for certain.
std::size_t ProxyHeaderReader::wanted() const noexcept {
    if (header_.size() < k_binary_head || !header_.starts_with(k_binary_start)) return 1;
    return k_binary_head + port_at(header_, k_binary_head - 2) - header_.size();
}

ProxyHeaderReader::State ProxyHeaderReader::feed(std::string_view bytes, std::size_t& consumed) {
    consumed = 0;
    while (state_ == State::need_more && consumed < bytes.size()) {
        const std::string_view piece = bytes.substr(consumed, std::max<std::size_t>(wanted(), 1));
        header_.append(piece);
        consumed += piece.size();
        state_ = parse();
    }
    if (state_ != State::need_more) header_ = std::string();
    return state_;
}

ProxyHeaderReader::State ProxyHeaderReader::parse() {
    if (begins_like(header_, k_text_start)) {
        if (header_.ends_with("\r\n")) return parse_line();
        return header_.size() < k_text_max ? State::need_more : refuse("the line is too long");
    }
    if (!begins_like(header_, k_binary_start)) return refuse("it does not begin like a PROXY header");
    if (header_.size() < k_binary_head) return State::need_more;
    const std::size_t size = k_binary_head + port_at(header_, k_binary_head - 2);
    if (size > k_max_size) return refuse("it is longer than 4096 bytes");
    return header_.size() < size ? State::need_more : parse_binary();
}

ProxyHeaderReader::State ProxyHeaderReader::parse_line() {
    const std::string_view line = std::string_view(header_).substr(0, header_.size() - 2);
    const std::string_view rest = line.substr(k_text_start.size());
    // What follows UNKNOWN is to be ignored.
    if (rest == "UNKNOWN" || rest.starts_with("UNKNOWN ")) return State::done;
    std::array<std::string_view, 5> words;
    if (!split(rest, words)) return refuse("the line has not the six words that it must have");
    const auto& [family, client, server, client_port, server_port] = words;
    if (family != "TCP4" && family != "TCP6")
        return refuse("it names another protocol than TCP4, TCP6 and UNKNOWN");
    const int number = family == "TCP4" ? AF_INET : AF_INET6;
    ProxiedEnds ends;
    ends.client.address = usual_form(number, client);
    ends.server.address = usual_form(number, server);
    if (ends.client.address.empty() || ends.server.address.empty()) return refuse("an address is none");
    if (!parse_port(client_port, ends.client.port) || !parse_port(server_port, ends.server.port))
        return refuse("a port is none");
    ends_ = std::move(ends);
    return State::done;
}

ProxyHeaderReader::State ProxyHeaderReader::parse_binary() {
    enum : unsigned { k_version = 0x20, k_local = 0, k_proxy = 1 };
    const unsigned version_and_command = byte_at(header_, 12);
    if ((version_and_command & 0xf0) != k_version) return refuse("its version is not 2");
    if ((version_and_command & 0x0f) == k_local) return State::done;
    if ((version_and_command & 0x0f) != k_proxy) return refuse("its command is neither LOCAL nor PROXY");
    return parse_addresses(static_cast<unsigned char>(byte_at(header_, 13)),
                           std::string_view(header_).substr(k_binary_head));
}

ProxyHeaderReader::State ProxyHeaderReader::parse_addresses(unsigned char family,
                                                            std::string_view addresses) {
    enum : unsigned char { k_unspecified = 0x00, k_tcp4 = 0x11, k_udp4 = 0x12, k_tcp6 = 0x21, k_udp6 = 0x22 };
    enum : unsigned char { k_unix_stream = 0x31, k_unix_datagram = 0x32 };
    ProxiedEnds ends;
    switch (family) {
        case k_tcp4:
        case k_tcp6: {
            const int number = family == k_tcp4 ? AF_INET : AF_INET6;
            const std::size_t size = family == k_tcp4 ? sizeof(in_addr) : sizeof(in6_addr);
            if (addresses.size() < 2 * size + 4) return refuse("its addresses are cut short");
            ends.client = Endpoint{address_text(number, addresses.data()), port_at(addresses, 2 * size)};
            ends.server =
                Endpoint{address_text(number, addresses.data() + size), port_at(addresses, 2 * size + 2)};
            break;
        }
        case k_unix_stream:
            // As of a client on a Unix socket of our own: the empty address.
            if (addresses.size() < k_unix_ends) return refuse("its addresses are cut short");
            break;
        case k_unspecified:
        case k_udp4:
        case k_udp6:
        case k_unix_datagram:
            return State::done;  // nothing that says who speaks on a stream
        default:
            return refuse("its address family is reserved");
    }
    ends_ = std::move(ends);
    return State::done;
}

}  // namespace zanhu::http
