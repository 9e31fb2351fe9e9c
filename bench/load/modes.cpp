#include "bench/load/modes.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "bench/load/client.h"
#include "core/ws/frame.h"

namespace zanhu::bench {

namespace {

constexpr std::size_t k_latencies = 1 << 20;  // more are not kept

std::uint64_t nanoseconds(double seconds) {
    return static_cast<std::uint64_t>(seconds * 1e9);
}

double percentile(std::vector<std::uint64_t>& values, std::size_t percent) {
    if (values.empty()) return 0;
    const std::size_t index = std::min(values.size() * percent / 100, values.size() - 1);
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(index), values.end());
    return static_cast<double>(values[index]) / 1000;
}

/// A layer message as JSON, of `size` bytes, as a client's frame.
std::string layer_message_frame(std::size_t size) {
    std::string text = R"({"type": "bench.message", "text": ")";
    text.append(size - text.size() - 2, 'x').append("\"}");
    return ws::encode_client_frame(ws::Opcode::text, text, k_mask);
}

}  // namespace

std::string result_line(std::uint64_t operations,
                        std::uint64_t duration,
                        std::vector<std::uint64_t>& latencies) {
    char line[200];
    std::snprintf(line,
                  sizeof line,
                  R"({"operations": %llu, "seconds": %.4f, "p50": %.1f, "p99": %.1f})",
                  static_cast<unsigned long long>(operations),
                  static_cast<double>(duration) / 1e9,
                  percentile(latencies, 50),
                  percentile(latencies, 99));
    return line;
}

void run_echo(const Options& options) {
    const std::string message = message_frame(options);
    std::string burst;
    for (int i = 0; i < options.in_flight; ++i)
        burst += message;
    Crowd crowd;
    crowd.open(options, options.path, options.connections);
    report("ready");

    std::vector<std::uint64_t> latencies;
    latencies.reserve(k_latencies);
    const std::uint64_t start = now();
    for (Client& client : crowd.clients()) {
        client.sent_at = now();
        send_all(client.fd, burst);
    }
    std::uint64_t answers = 0;
    while (now() - start < nanoseconds(options.seconds)) {
        crowd.receive([&](Client& client, int frames) {
            if (frames == 0) return;
            answers += static_cast<std::uint64_t>(frames);
            const std::uint64_t time = now();
            if (latencies.size() < k_latencies) latencies.push_back(time - client.sent_at);
            client.sent_at = time;
            send_all(client.fd, std::span(burst).first(message.size() * static_cast<std::size_t>(frames)));
        });
    }
    report(result_line(answers, now() - start, latencies));
}

void run_broadcast(const Options& options) {
    Crowd crowd;
    crowd.open(options, options.path, options.connections);
    Options other = options;
    if (options.trigger_server.sin_port != 0) other.server = options.trigger_server;
    const int sender = begin_connection(other, handshake_request(options, options.trigger));
    finish_handshake(sender);
    report("ready");

    const std::string message = layer_message_frame(options.size);
    std::vector<std::uint64_t> times;  // until the last has it
    const std::uint64_t start = now();
    std::vector<std::uint64_t> sent;
    const auto wanted = static_cast<std::uint64_t>(options.messages) * crowd.clients().size();
    std::uint64_t deliveries = 0;
    while (deliveries < wanted) {
        const std::size_t done = deliveries / crowd.clients().size();
        while (times.size() < done)
            times.push_back(now() - sent[times.size()]);
        while (sent.size() < static_cast<std::size_t>(options.messages) &&
               sent.size() - done < static_cast<std::size_t>(options.in_flight)) {
            sent.push_back(now());
            send_all(sender, message);
        }
        crowd.receive([&](Client&, int frames) { deliveries += static_cast<std::uint64_t>(frames); });
    }
    times.push_back(now() - sent.back());
    report(result_line(deliveries, now() - start, times));
    ::close(sender);
}

void run_listen(const Options& options) {
    Crowd crowd;
    crowd.open(options, options.path, options.connections);
    report("ready");
    const auto wanted = static_cast<std::uint64_t>(options.messages) * crowd.clients().size();
    std::uint64_t deliveries = 0;
    std::uint64_t last = now();
    while (deliveries < wanted && now() - last < nanoseconds(options.seconds)) {
        crowd.receive([&](Client&, int frames) {
            deliveries += static_cast<std::uint64_t>(frames);
            last = now();
        });
    }
    report(R"({"operations": )" + std::to_string(deliveries) + R"(, "last": )" + std::to_string(last) + "}");
}

void run_handshake(const Options& options) {
    const std::string request = handshake_request(options, options.path);
    const int epoll = ::epoll_create1(0);
    const auto begin = [&] {
        const int fd = begin_connection(options, request);
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = fd;
        ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    };
    report("ready");

    std::vector<std::uint64_t> latencies;
    std::uint64_t done = 0;
    const std::uint64_t start = now();
    for (int i = 0; i < options.connections; ++i)
        begin();
    int open = options.connections;
    while (open > 0) {
        epoll_event events[64];
        const int count = ::epoll_wait(epoll, events, 64, 100);
        for (int i = 0; i < count; ++i) {
            finish_handshake(events[i].data.fd);
            ::close(events[i].data.fd);
            ++done;
            if (now() - start < nanoseconds(options.seconds))
                begin();
            else
                --open;
        }
    }
    report(result_line(done, now() - start, latencies));
    ::close(epoll);
}

void run_idle(const Options& options) {
    std::vector<std::uint64_t> none;
    while (report("ready")) {
        Crowd crowd;
        const std::uint64_t start = now();
        crowd.open(options, options.path, options.connections);
        if (!report(result_line(crowd.clients().size(), now() - start, none))) return;
    }
}

}  // namespace zanhu::bench
