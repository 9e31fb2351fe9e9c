#pragma once

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace zanhu::redis::testing {

/// A server on the loopback that answers commands as a test wants it: one connection at a time, on a thread
/// of its own. It greets by itself.
class FakeRedis {
public:
    /// The reply, in RESP; empty: silence.
    using Answer = std::function<std::string(const std::vector<std::string>& words)>;

    explicit FakeRedis(Answer answer)
        : answer_(std::move(answer)),
          server_(Poco::Net::SocketAddress("127.0.0.1", 0)),
          thread_([this] { serve(); }) {}
    FakeRedis(const FakeRedis&) = delete;
    FakeRedis& operator=(const FakeRedis&) = delete;
    ~FakeRedis() {
        stop_ = true;
        thread_.join();
    }

    std::string url() const { return "redis://127.0.0.1:" + std::to_string(server_.address().port()); }
    int connections() const noexcept { return connections_; }
    /// Sends bytes on the connection that there is.
    void say(const std::string& bytes) {
        const std::lock_guard lock(mutex_);
        if (socket_) socket_->sendBytes(bytes.data(), static_cast<int>(bytes.size()));
    }

private:
    static constexpr long k_poll_us = 5000;

    void serve() {
        while (!stop_) {
            if (!server_.poll(Poco::Timespan(k_poll_us), Poco::Net::Socket::SELECT_READ)) continue;
            {
                const std::lock_guard lock(mutex_);
                socket_ = server_.acceptConnection();
            }
            ++connections_;
            talk();
            const std::lock_guard lock(mutex_);
            socket_.reset();
        }
    }

    void talk() {
        std::string bytes;
        while (!stop_) {
            if (!socket_->poll(Poco::Timespan(k_poll_us), Poco::Net::Socket::SELECT_READ)) continue;
            char buffer[4096];
            int received = 0;
            try {
                received = socket_->receiveBytes(buffer, sizeof buffer);
            } catch (const Poco::Exception&) {
                return;  // reset by the peer
            }
            if (received <= 0) return;
            bytes.append(buffer, static_cast<std::size_t>(received));
            while (auto words = take_command(bytes))
                say(reply_to(*words));
        }
    }

    std::string reply_to(const std::vector<std::string>& words) {
        if (words.front() == "PING") return "+PONG\r\n";
        if (words.front() == "CLIENT" || words.front() == "SELECT") return "+OK\r\n";
        return answer_(words);
    }

    /// One whole command from the front, as the client writes it: an array of bulk strings.
    static std::optional<std::vector<std::string>> take_command(std::string& bytes) {
        std::size_t at = 0;
        const auto number = [&](char marker) -> std::optional<std::size_t> {
            const std::size_t end = bytes.find("\r\n", at);
            if (end == std::string::npos || bytes[at] != marker) return std::nullopt;
            const std::size_t value = std::stoul(bytes.substr(at + 1, end - at - 1));
            at = end + 2;
            return value;
        };
        if (bytes.empty()) return std::nullopt;
        const auto count = number('*');
        std::vector<std::string> words;
        for (std::size_t i = 0; count && i < *count; ++i) {
            const auto size = at < bytes.size() ? number('$') : std::nullopt;
            if (!size || bytes.size() < at + *size + 2) return std::nullopt;
            words.push_back(bytes.substr(at, *size));
            at += *size + 2;
        }
        if (!count) return std::nullopt;
        bytes.erase(0, at);
        return words;
    }

    const Answer answer_;
    Poco::Net::ServerSocket server_;
    std::atomic<bool> stop_{false};
    std::atomic<int> connections_{0};
    std::mutex mutex_;  // guards socket_ against its replacement
    std::optional<Poco::Net::StreamSocket> socket_;
    std::thread thread_;
};

}  // namespace zanhu::redis::testing
