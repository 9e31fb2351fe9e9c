#pragma once

#include <chrono>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>

#include <zanhu/cancellation.h>
#include <zanhu/task.h>
#include <zanhu/worker_pool.h>

#include "core/net/epoll_loop.h"
#include "core/net/stream.h"
#include "core/net/timer_wheel.h"
#include "core/redis/reply.h"
#include "core/redis/reply_reader.h"
#include "core/redis/target.h"

namespace zanhu::redis {

class Connection;

/// How a connection behaves, from the configuration.
struct ConnectionOptions {
    using Duration = std::chrono::milliseconds;
    ConnectionOptions() = default;
    Target target;
    std::shared_ptr<const net::TlsClientContext> tls;  ///< null: in clear
    std::size_t first_address = 0;                     ///< of a name with several, where to begin
    std::string name;                                  ///< what CLIENT LIST shows; no blanks
    Duration connect_timeout{2000};
    Duration timeout{2000};          ///< for the reply to a command, and for writing it
    Duration max_delay{5000};        ///< between two attempts to connect
    Duration ping_interval{10'000};  ///< without any command
    std::size_t max_reply = 64 << 20;
    std::size_t max_calls = 10'000;  ///< under way at once; more fail
    std::size_t max_unsent = 64 << 20;
    bool subscribes = false;  ///< messages of channels come between the replies
};

/// What a connection tells its owner, on its loop.
class ConnectionListener {
public:
    virtual ~ConnectionListener() = default;
    /// Connected and greeted. What is called from here goes out ahead of the calls that waited for this.
    virtual void on_ready() {}
    /// It was lost, or an attempt failed. Calls fail until the next attempt begins.
    virtual void on_down(const std::string&) {}
    /// A message of a channel that is subscribed to.
    virtual void on_message(std::string, std::string) {}
};

/// One command on its way: it is sent when it is made, so several can be under way at once, and awaited for
/// its reply. Lives in the frame of whoever awaits it; may be given up by destroying it.
class Call {
public:
    /// `timeout` 0: the connection's. `replies`: how many Redis gives, of which the last counts, or the
    /// first error: SUBSCRIBE gives one for each channel.
    Call(Connection& connection,
         std::string command,
         std::chrono::milliseconds timeout = {},
         std::size_t replies = 1);
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;
    ~Call();

    bool await_ready() const noexcept { return settled_; }
    void await_suspend(std::coroutine_handle<> awaiter) noexcept { awaiter_ = awaiter; }
    /// The reply, which may be an error of Redis. Throws BackendUnavailable when there is none.
    Reply await_resume();

private:
    friend class Connection;
    void settle(Reply reply);
    void fail(const std::string& problem);

    Connection& connection_;
    std::uint64_t number_ = 0;
    bool settled_ = false;
    Reply reply_;
    std::string problem_;
    std::coroutine_handle<> awaiter_;
};

/// A connection to one Redis on an event loop: pipelined, with a deadline for every reply, connected again
/// after a loss with a growing delay and jitter. A reply that is late ends the connection, since those behind
/// it could not be told apart. Owned by a layer or a cache; made, used and ended on its loop's thread. Every
/// command is at most once: whether one that failed had an effect is not known.
class Connection final : private net::Stream::Owner {
public:
    /// `resolver`: where host names are looked up. The listener may be null.
    Connection(net::EpollLoop& loop,
               WorkerPool& resolver,
               ConnectionOptions options,
               ConnectionListener* listener);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection();

    void start();
    /// Closes it; calls under way fail. Must be awaited before it is destroyed, if it was started.
    Task<void> stop();

    bool ready() const noexcept { return state_ == State::ready; }
    net::EpollLoop& loop() const noexcept { return loop_; }
    const ConnectionOptions& options() const noexcept { return options_; }

    /// The reply; an error of Redis is thrown as Error. Throws BackendUnavailable.
    Task<Reply> call(std::string command, std::chrono::milliseconds timeout = {});

    /// Leaves what comes in the socket, so that Redis has to keep it; what is read already still comes.
    /// Deadlines stand still meanwhile. A connection that is lost then is found to be so when it goes on.
    void pause();
    void resume();

private:
    friend class Call;
    using Time = std::chrono::steady_clock::time_point;
    /// opening: an attempt is under way, calls wait for it. waiting: until the next attempt.
    enum class State : std::uint8_t { opening, greeting, ready, waiting, stopped };

    struct Pending {
        Call* call;  // null: given up
        Time deadline;
        std::size_t replies;
    };
    struct Queued {
        Call* call;
        std::string command;
        std::chrono::milliseconds timeout;
        std::size_t replies;
        Time deadline;  // to be sent
    };
    class UntilLost;

    void enqueue(Call& call, std::string command, std::chrono::milliseconds timeout, std::size_t replies);
    /// Until there is a connection.
    void queue(Call& call, std::string command, std::chrono::milliseconds timeout, std::size_t replies);
    void transmit(Call& call,
                  const std::string& command,
                  std::chrono::milliseconds timeout,
                  std::size_t replies);
    void forget(Call& call) noexcept;

    Task<void> run();
    Task<void> open();
    /// The server's host, found by way of a Sentinel where there is one; empty: a Unix socket.
    Task<HostPort> locate();
    Task<net::Address> address_of(HostPort place);
    Task<void> greet();
    /// A command of the greeting, ahead of all calls.
    Task<Reply> say(std::string command);
    void become_ready();
    void lose(const std::string& problem);
    void fail_all(const std::string& problem);
    std::chrono::milliseconds next_delay();
    void check_deadlines();
    void arm();

    void on_bytes(std::span<char> bytes) override;
    void on_drained() override {}
    void on_end(net::Stream::End end) override;
    void on_untrusted(std::string_view why) override;
    void take(Reply reply);
    bool take_message(Reply& reply);

    net::EpollLoop& loop_;
    WorkerPool& resolver_;
    const ConnectionOptions options_;
    const std::string where_;
    ConnectionListener* const listener_;
    State state_ = State::opening;
    std::unique_ptr<net::Stream> stream_;
    std::optional<ReplyReader> reader_;
    std::uint64_t first_number_ = 1;  // of pending_.front()
    std::deque<Pending> pending_;
    std::deque<Queued> queued_;
    std::size_t queued_bytes_ = 0;
    std::string problem_;  // why it is not connected
    net::Timer timer_;     // of the first reply, or of the next PING
    std::unique_ptr<Call> ping_;
    Time last_sent_{};
    std::optional<Time> paused_;  // since when
    unsigned failures_ = 0;       // in a row
    std::minstd_rand jitter_;
    UntilLost* until_lost_ = nullptr;
    CancelSource cancel_;
    Task<void> run_;
    bool saying_ = false;
    bool started_ = false;
    bool ended_ = false;
    std::coroutine_handle<> stopper_;
};

}  // namespace zanhu::redis
