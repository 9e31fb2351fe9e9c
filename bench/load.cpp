// The load generator: opens WebSockets, keeps messages in flight on each, and prints what came back in a
// given time.
//   bench-load HOST:PORT PATH CONNECTIONS SIZE IN_FLIGHT SECONDS [HEADER ...]
// Prints one line: messages, seconds, messages a second.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "core/ws/frame.h"

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t k_buffer = 1 << 20;

struct Options {
    sockaddr_in server{};
    std::string host;
    std::string path;
    int connections = 0;
    std::size_t size = 0;
    int in_flight = 0;
    double seconds = 0;
    std::string headers;
};

[[noreturn]] void fail(const char* what) {
    std::fprintf(stderr, "bench-load: %s: %s\n", what, std::strerror(errno));
    std::exit(1);
}

/// Opens one connection and waits for its 101. Source addresses 127.0.0.x in turn, so that ports do not run
/// out.
int open_connection(const Options& options, int number) {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in source{};
    source.sin_family = AF_INET;
    source.sin_addr.s_addr = htonl(0x7f000001U + static_cast<unsigned>(number % 100));
    if (::bind(fd, reinterpret_cast<sockaddr*>(&source), sizeof source) != 0) fail("bind");
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&options.server), sizeof options.server) != 0)
        fail("connect");
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const std::string request =
        "GET " + options.path + " HTTP/1.1\r\nHost: " + options.host +
        "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
        options.headers + "\r\n";
    if (::send(fd, request.data(), request.size(), 0) != static_cast<ssize_t>(request.size())) fail("send");
    char answer[4096];
    const auto got = ::recv(fd, answer, sizeof answer, 0);
    if (got < 12 || std::strncmp(answer, "HTTP/1.1 101", 12) != 0) {
        std::fprintf(
            stderr, "bench-load: refused: %.*s\n", static_cast<int>(std::max<ssize_t>(got, 0)), answer);
        std::exit(1);
    }
    return fd;
}

void send_all(int fd, const std::string& bytes, int times) {
    std::string all;
    for (int i = 0; i < times; ++i)
        all += bytes;
    std::size_t done = 0;
    while (done < all.size()) {
        const auto sent = ::send(fd, all.data() + done, all.size() - done, MSG_NOSIGNAL);
        if (sent < 0) fail("send");
        done += static_cast<std::size_t>(sent);
    }
}

Options parse(int argc, char** argv) {
    if (argc < 7) {
        std::fprintf(stderr,
                     "usage: bench-load HOST:PORT PATH CONNECTIONS SIZE IN_FLIGHT SECONDS [HEADER ...]\n");
        std::exit(2);
    }
    Options options;
    options.host = argv[1];
    const std::size_t colon = options.host.rfind(':');
    options.server.sin_family = AF_INET;
    options.server.sin_port = htons(static_cast<std::uint16_t>(std::atoi(options.host.c_str() + colon + 1)));
    ::inet_pton(AF_INET, options.host.substr(0, colon).c_str(), &options.server.sin_addr);
    options.path = argv[2];
    options.connections = std::atoi(argv[3]);
    options.size = static_cast<std::size_t>(std::atoll(argv[4]));
    options.in_flight = std::atoi(argv[5]);
    options.seconds = std::atof(argv[6]);
    for (int i = 7; i < argc; ++i)
        options.headers += std::string(argv[i]) + "\r\n";
    return options;
}

}  // namespace

int main(int argc, char** argv) {
    const Options options = parse(argc, argv);
    const std::string message =
        zanhu::ws::encode_client_frame(zanhu::ws::Opcode::text, std::string(options.size, 'x'), 0x12345678);
    char header[zanhu::ws::k_max_server_header];
    const std::size_t answer =
        options.size + zanhu::ws::encode_header(header, zanhu::ws::Opcode::text, true, false, options.size);

    const int epoll = ::epoll_create1(0);
    std::vector<std::size_t> received(
        static_cast<std::size_t>(options.connections));  // bytes of an unfinished answer
    std::vector<int> descriptors;
    for (int i = 0; i < options.connections; ++i) {
        descriptors.push_back(open_connection(options, i));
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u32 = static_cast<std::uint32_t>(i);
        ::epoll_ctl(epoll, EPOLL_CTL_ADD, descriptors.back(), &event);
    }
    for (const int fd : descriptors)
        send_all(fd, message, options.in_flight);

    const std::unique_ptr<char[]> buffer(new char[k_buffer]);
    const auto start = Clock::now();
    const auto end =
        start + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(options.seconds));
    std::uint64_t messages = 0;
    while (Clock::now() < end) {
        epoll_event events[512];
        const int count = ::epoll_wait(epoll, events, 512, 100);
        for (int i = 0; i < count; ++i) {
            const std::uint32_t number = events[i].data.u32;
            const auto got = ::recv(descriptors[number], buffer.get(), k_buffer, 0);
            if (got <= 0) fail("recv");
            received[number] += static_cast<std::size_t>(got);
            const std::size_t whole = received[number] / answer;
            received[number] %= answer;
            messages += whole;
            send_all(descriptors[number], message, static_cast<int>(whole));
        }
    }
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    std::printf("%llu %.3f %.0f\n",
                static_cast<unsigned long long>(messages),
                seconds,
                static_cast<double>(messages) / seconds);
}
