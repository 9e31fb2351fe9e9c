#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "bench/load/options.h"

namespace zanhu::bench {

inline constexpr std::uint32_t k_mask = 0x12345678;  ///< of every frame that is sent

/// Counts a server's frames of messages in bytes cut anywhere; their content is not looked at.
class FrameCounter {
public:
    /// How many of them end in these bytes.
    int feed(std::span<const char> bytes);

private:
    std::size_t skip_ = 0;  // bytes of the current payload that have not arrived
    std::size_t held_ = 0;  // bytes of a header in pieces
    unsigned char header_[10];
};

/// One client's socket. Its bytes are written in whole (blocking) and read when epoll says so.
struct Client {
    int fd = -1;
    FrameCounter frames;
    std::uint64_t sent_at = 0;  ///< nanoseconds; of the last batch
};

/// The request of a handshake, with the thirteen header fields that Chrome sends.
std::string handshake_request(const Options& options, const std::string& path);

/// Connects from 127.0.0.x, in turn, so that ports do not run out, and sends the request.
int begin_connection(const Options& options, const std::string& request);

/// Reads the answer to the request; ends the program when it is not a 101.
void finish_handshake(int fd);

/// A message of `options.size` bytes as a client's frame, compressed if that is wanted.
std::string message_frame(const Options& options);

void send_all(int fd, std::span<const char> bytes);

/// Many clients behind one epoll.
class Crowd {
public:
    Crowd();
    Crowd(const Crowd&) = delete;
    Crowd& operator=(const Crowd&) = delete;
    ~Crowd();

    /// Opens `count` connections.
    void open(const Options& options, const std::string& path, int count);
    /// Closes them; the crowd is empty again.
    void close();
    std::vector<Client>& clients() noexcept { return clients_; }

    /// Receives from everybody who has something, and calls `got(client, frames)` for each.
    template <class Got>
    void receive(Got got);

private:
    int wait();
    std::span<const char> read(Client& client);
    Client& ready(int i) noexcept;

    int epoll_;
    std::vector<char> buffer_;
    std::vector<std::uint32_t> ready_;
    std::vector<Client> clients_;
};

template <class Got>
void Crowd::receive(Got got) {
    const int count = wait();
    for (int i = 0; i < count; ++i) {
        Client& client = ready(i);
        got(client, client.frames.feed(read(client)));
    }
}

/// The monotonic clock in nanoseconds.
std::uint64_t now() noexcept;

/// Prints "ready" or a result, and waits until the other side says to go on. False at the end of the input.
bool report(const std::string& line);

}  // namespace zanhu::bench
