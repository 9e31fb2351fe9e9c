#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include <zanhu/event_loop.h>

#include "core/base/resize_unfilled.h"
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
    /// How long the turn under way has taken so far; zero while the loop waits. A loop that stays in one
    /// turn serves nobody. Any thread.
    std::chrono::milliseconds stuck_for() const noexcept;

    void add(Watch& watch, std::uint32_t events);
    void modify(Watch& watch, std::uint32_t events);
    void remove(Watch& watch) noexcept;

    void schedule(Timer& timer, std::chrono::milliseconds delay) noexcept;

    /// One buffer for all receives of the loop: what is in it is valid during on_bytes only.
    std::span<char> receive_buffer() {
        if (received_.empty()) resize_unfilled(received_, std::max(received_.capacity(), k_receive_size));
        return received_;
    }
    /// A read has filled the buffer, and its bytes are used: the next finds more room, so that larger frames
    /// arrive whole.
    void grow_receive_buffer();
    /// The string behind it. Who has used the last of its bytes may take it and leave an empty one.
    std::string& received() noexcept { return received_; }
    /// The bytes, for streams of this loop to send from where they are; the last of those lets go of them on
    /// its thread. A receive buffer that was taken comes back so: an echo stays in the same lines of the
    /// caches.
    SharedBytes returning(std::string bytes);

    /// The stream is flushed at the end of the turn.
    void cork(Stream& stream) { corked_.push_back(&stream); }
    /// The stream has bytes that no event will report: it is read in the next turn.
    void read_again(Stream& stream) { unread_.push_back(&stream); }
    /// Takes the stream out of both lists.
    void forget(Stream& stream) noexcept;

    /// How many steps of TLS handshakes a turn may take: the others wait for the next, so that a storm of
    /// them leaves room for the streams that are open.
    void limit_handshakes(unsigned a_turn) noexcept { handshakes_a_turn_ = a_turn; }
    /// Whether this turn has room for one more.
    bool take_handshake() noexcept;
    /// Where small pieces are put together for one TLS record: one for all streams of the loop.
    std::span<char> record_buffer();

    std::unique_ptr<Outbox> take_outbox();
    void give_outbox(std::unique_ptr<Outbox> outbox);
    /// Frees what is kept for the next crowd, the receive buffer too: so not from within on_bytes.
    void give_back_memory() noexcept;

    /// Runs `job` when the turn is over and nothing on the stack refers to what it frees.
    void at_end_of_turn(UniqueFunction job) { endings_.push_back(std::move(job)); }

private:
    // What one segment holds at most; a message takes all of it with it (design: one receive buffer per
    // loop).
    static constexpr std::size_t k_receive_size = std::size_t{64} * 1024;
    static constexpr std::size_t k_grown_receive_size = std::size_t{256} * 1024;
    static constexpr std::size_t k_free_outboxes = 64;
    static constexpr unsigned k_handshakes_a_turn = 5;

    class Wakeup final : public Watch {
    public:
        Wakeup();
        ~Wakeup();
        void signal() noexcept;
        void clear() noexcept;
    };

    void turn();
    void read_unread();
    void flush_corked();
    int wait_ms(std::chrono::steady_clock::time_point now) const noexcept;
    void run_posted();
    void run_endings();
    void begin_turn() noexcept;
    void end_turn() noexcept;
    std::uint64_t now_ms() const noexcept;

    int epoll_;
    std::chrono::steady_clock::time_point now_;
    TimerWheel timers_;
    std::string received_;
    std::unique_ptr<char[]> record_buffer_;  // made for the first stream under TLS
    std::vector<Stream*> corked_;
    std::vector<Stream*> unread_;
    std::vector<std::unique_ptr<Outbox>> free_outboxes_;
    std::vector<UniqueFunction> endings_;
    unsigned handshakes_a_turn_ = k_handshakes_a_turn;
    unsigned handshakes_left_ = k_handshakes_a_turn;
    std::chrono::steady_clock::time_point turn_ended_;  // the last one
    std::atomic<std::int64_t> turn_began_{0};  // steady clock, in milliseconds; 0: no turn is under way
    bool flushing_ = false;
    bool stopping_ = false;

    std::mutex mutex_;  // guards posted_, and orders signalled_ with it
    std::vector<UniqueFunction> posted_;
    std::atomic<bool> signalled_{false};
    Wakeup wakeup_;
};

}  // namespace zanhu::net
