#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include <zanhu/event_loop.h>

#include "core/net/outbox.h"
#include "core/net/timer_wheel.h"
#include "core/net/watch.h"

namespace zanhu::net {

class Stream;

/// The EventLoop on epoll. A turn: what the kernel reports, jobs from other threads, timers, one write per
/// stream that has something to say, and last the destruction of what was closed. Made and run by its
/// thread's owner; other threads may call post() and stop() only.
class EpollLoop final : public EventLoop {
public:
    EpollLoop();
    EpollLoop(const EpollLoop&) = delete;
    EpollLoop& operator=(const EpollLoop&) = delete;
    ~EpollLoop() override;

    /// Runs turns on this thread until stop().
    void run();
    /// Ends run() after the current turn. Any thread.
    void stop();

    void post(UniqueFunction job) override;
    Task<void> sleep_for(std::chrono::milliseconds delay, CancelToken token) override;
    void flush_output() override { flush_corked(); }
    std::chrono::steady_clock::time_point now() const noexcept override { return now_; }

    void add(Watch& watch, std::uint32_t events);
    void modify(Watch& watch, std::uint32_t events);
    void remove(Watch& watch) noexcept;

    void schedule(Timer& timer, std::chrono::milliseconds delay) noexcept;

    /// One buffer for all receives of the loop: what is in it is valid during on_bytes only.
    std::span<char> receive_buffer() noexcept { return {receive_buffer_.get(), k_receive_size}; }

    /// The stream is flushed at the end of the turn.
    void cork(Stream& stream) { corked_.push_back(&stream); }
    void uncork(Stream& stream) noexcept;

    std::unique_ptr<Outbox> take_outbox();
    void give_outbox(std::unique_ptr<Outbox> outbox);

    /// Runs `job` when the turn is over and nothing on the stack refers to what it frees.
    void at_end_of_turn(UniqueFunction job) { endings_.push_back(std::move(job)); }

private:
    // As much as the kernel gives at once on a fast network; larger gains nothing (design: one receive buffer
    // per loop).
    static constexpr std::size_t k_receive_size = std::size_t{256} * 1024;
    static constexpr std::size_t k_free_outboxes = 64;

    class Wakeup final : public Watch {
    public:
        Wakeup();
        ~Wakeup();
        void signal() noexcept;
        void clear() noexcept;
    };

    void turn();
    void flush_corked();
    int wait_ms() const noexcept;
    void run_posted();
    void run_endings();
    void read_clock() noexcept;
    std::uint64_t now_ms() const noexcept;

    int epoll_;
    std::chrono::steady_clock::time_point now_;
    TimerWheel timers_;
    std::unique_ptr<char[]> receive_buffer_;
    std::vector<Stream*> corked_;
    std::vector<std::unique_ptr<Outbox>> free_outboxes_;
    std::vector<UniqueFunction> endings_;
    bool flushing_ = false;
    bool stopping_ = false;

    std::mutex mutex_;  // guards posted_ and signalled_
    std::vector<UniqueFunction> posted_;
    bool signalled_ = false;
    Wakeup wakeup_;
};

}  // namespace zanhu::net
