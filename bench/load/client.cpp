#include "bench/load/client.h"

#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <string_view>

#include "core/ws/frame.h"

namespace zanhu::bench {

namespace {

constexpr std::size_t k_buffer = 1 << 20;
constexpr int k_events = 512;
constexpr unsigned k_sources = 100;

/// Text that deflates about as well as chat does: words of a small vocabulary, in no order.
std::string chat_text(std::size_t size) {
    static constexpr std::string_view k_words[] = {"the",
                                                   "message",
                                                   "from",
                                                   "room",
                                                   "\"user\":",
                                                   "hello",
                                                   "time",
                                                   "12:30",
                                                   "{\"text\"",
                                                   "and",
                                                   "again",
                                                   "today",
                                                   "4711",
                                                   "is"};
    std::string text;
    std::uint32_t random = 1;
    while (text.size() < size) {
        random = random * 1664525 + 1013904223;
        text.append(k_words[(random >> 16) % std::size(k_words)])
            .append(std::to_string(random >> 24))
            .append(" ");
    }
    text.resize(size);
    return text;
}

// RFC 7692 7.2.1: raw deflate, flushed, without the last four bytes.
std::string deflated(const std::string& text) {
    z_stream stream{};
    if (::deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        fail("zlib");
    std::string out(::deflateBound(&stream, text.size()) + 16, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    ::deflate(&stream, Z_SYNC_FLUSH);
    out.resize(out.size() - stream.avail_out - 4);
    ::deflateEnd(&stream);
    return out;
}

}  // namespace

int FrameCounter::feed(std::span<const char> bytes) {
    int frames = 0;
    std::size_t at = 0;
    while (at < bytes.size()) {
        if (skip_ == 0) {
            header_[held_++] = static_cast<unsigned char>(bytes[at++]);
            const std::size_t length = held_ < 2 ? 0 : header_[1] & 0x7F;
            const std::size_t header = length < 126 ? 2 : length == 126 ? 4 : 10;
            if (held_ < header) continue;
            skip_ = header == 2 ? length : 0;
            for (std::size_t i = 2; i < header; ++i)
                skip_ = skip_ << 8 | header_[i];
            held_ = 0;
        }
        const std::size_t step = std::min(skip_, bytes.size() - at);
        at += step;
        skip_ -= step;
        constexpr unsigned char k_control = 0x08;
        if (skip_ == 0 && (header_[0] & k_control) == 0) ++frames;
    }
    return frames;
}

std::string handshake_request(const Options& options, const std::string& path) {
    const std::string extensions =
        options.extensions ? "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n" : "";
    return "GET " + path + " HTTP/1.1\r\nHost: " + options.host +
           "\r\nConnection: Upgrade\r\nPragma: no-cache\r\nCache-Control: no-cache\r\n"
           "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
           "Chrome/131.0.0.0 "
           "Safari/537.36\r\nUpgrade: websocket\r\nOrigin: http://" +
           options.host +
           "\r\nSec-WebSocket-Version: 13\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n"
           "Accept-Language: en-US,en;q=0.9\r\nCookie: " +
           options.cookie + "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + extensions + "\r\n";
}

int begin_connection(const Options& options, const std::string& request) {
    static unsigned number = 0;
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    const int on = 1;
    ::setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in source{};
    source.sin_family = AF_INET;
    source.sin_addr.s_addr = htonl(0x7f000001U + number++ % k_sources);
    if (::bind(fd, reinterpret_cast<sockaddr*>(&source), sizeof source) != 0) fail("bind");
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&options.server), sizeof options.server) != 0)
        fail("connect");
    send_all(fd, request);
    return fd;
}

void finish_handshake(int fd) {
    char answer[4096];
    std::size_t size = 0;
    while (size < sizeof answer && !std::string_view(answer, size).ends_with("\r\n\r\n")) {
        const auto got = ::recv(fd, answer + size, sizeof answer - size, 0);
        if (got <= 0) break;
        size += static_cast<std::size_t>(got);
    }
    const std::string_view text(answer, size);
    if (text.starts_with("HTTP/1.1 101") && text.ends_with("\r\n\r\n")) return;
    std::fprintf(stderr, "bench-load: refused: %.*s\n", static_cast<int>(size), answer);
    std::exit(1);
}

std::string message_frame(const Options& options) {
    if (!options.deflate) return ws::encode_client_frame(ws::Opcode::text, chat_text(options.size), k_mask);
    return ws::encode_client_frame(ws::Opcode::text, deflated(chat_text(options.size)), k_mask, true, true);
}

void send_all(int fd, std::span<const char> bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0) fail("send");
        bytes = bytes.subspan(static_cast<std::size_t>(sent));
    }
}

Crowd::Crowd() : epoll_(::epoll_create1(0)), buffer_(k_buffer), ready_(k_events) {}

Crowd::~Crowd() {
    close();
    ::close(epoll_);
}

void Crowd::open(const Options& options, const std::string& path, int count) {
    constexpr int k_at_once = 64;  // the server's backlog is never full
    const std::string request = handshake_request(options, path);
    for (int opened = 0; opened < count;) {
        const std::size_t first = clients_.size();
        for (int i = 0; i < k_at_once && opened < count; ++i, ++opened)
            clients_.push_back(Client{begin_connection(options, request), {}, 0});
        for (std::size_t i = first; i < clients_.size(); ++i) {
            finish_handshake(clients_[i].fd);
            epoll_event event{};
            event.events = EPOLLIN;
            event.data.u32 = static_cast<std::uint32_t>(i);
            ::epoll_ctl(epoll_, EPOLL_CTL_ADD, clients_[i].fd, &event);
        }
    }
}

void Crowd::close() {
    for (const Client& client : clients_)
        ::close(client.fd);
    clients_.clear();
}

int Crowd::wait() {
    epoll_event events[k_events];
    const int count = ::epoll_wait(epoll_, events, k_events, 100);
    for (int i = 0; i < count; ++i)
        ready_[static_cast<std::size_t>(i)] = events[i].data.u32;
    return count;
}

Client& Crowd::ready(int i) noexcept {
    return clients_[ready_[static_cast<std::size_t>(i)]];
}

std::span<const char> Crowd::read(Client& client) {
    const auto got = ::recv(client.fd, buffer_.data(), buffer_.size(), 0);
    if (got <= 0) {
        std::fprintf(stderr, "bench-load: the server closed a connection\n");
        std::exit(1);
    }
    return {buffer_.data(), static_cast<std::size_t>(got)};
}

std::uint64_t now() noexcept {
    return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
}

bool report(const std::string& line) {
    std::cout << line << std::endl;
    std::string answer;
    return static_cast<bool>(std::getline(std::cin, answer));
}

}  // namespace zanhu::bench
