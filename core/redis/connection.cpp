#include "core/redis/connection.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include <zanhu/errors.h>
#include <zanhu/limited_log.h>
#include <zanhu/next_turn.h>

#include "core/base/metrics.h"

namespace zanhu::redis {

namespace {

Counter losses("redis_connections_lost_total", "Connections to Redis that broke, or did not come about");
LimitedLog log("zanhu.redis");

constexpr const char* k_ending = "the daemon is ending";

}  // namespace

/// Suspends run() while the connection works. Resumed by a job: what ends a connection is called from within
/// its stream.
class Connection::UntilLost {
public:
    explicit UntilLost(Connection& connection)
        : connection_(connection), cancel_(&UntilLost::cancelled, this) {
        connection.until_lost_ = this;
    }
    ~UntilLost() { connection_.until_lost_ = nullptr; }

    bool await_ready() const noexcept {
        return connection_.state_ != State::ready || connection_.cancel_.cancelled();
    }
    void await_suspend(std::coroutine_handle<> awaiter) {
        awaiter_ = awaiter;
        connection_.cancel_.token().register_callback(cancel_);
    }
    void await_resume() const noexcept {}
    void resume() {
        if (!awaiter_) return;
        cancel_.unregister();
        connection_.loop_.post([awaiter = std::exchange(awaiter_, nullptr)] { awaiter.resume(); });
    }

private:
    static void cancelled(void* self) { static_cast<UntilLost*>(self)->resume(); }

    Connection& connection_;
    CancelCallback cancel_;
    std::coroutine_handle<> awaiter_;
};

Connection::Connection(net::EpollLoop& loop,
                       WorkerPool& resolver,
                       ConnectionOptions options,
                       ConnectionListener* listener)
    : loop_(loop),
      resolver_(resolver),
      options_(std::move(options)),
      where_(options_.target.description()),
      listener_(listener),
      timer_([](void* self) { static_cast<Connection*>(self)->check_deadlines(); }, this),
      jitter_(std::random_device()()) {}

Connection::~Connection() {
    assert(!started_ || ended_);
    ping_.reset();
}

void Connection::start() {
    started_ = true;
    run_ = run();
    run_.start(
        [](void* self) {
            auto& connection = *static_cast<Connection*>(self);
            connection.ended_ = true;
            if (connection.stopper_)
                connection.loop_.post([stopper = connection.stopper_] { stopper.resume(); });
        },
        this);
}

Task<void> Connection::stop() {
    struct Ended {
        explicit Ended(Connection& c) : connection(c) {}
        bool await_ready() const noexcept { return connection.ended_; }
        void await_suspend(std::coroutine_handle<> awaiter) noexcept { connection.stopper_ = awaiter; }
        void await_resume() const noexcept {}
        Connection& connection;
    };
    if (!started_) co_return;
    cancel_.cancel();
    Ended ended(*this);
    co_await ended;
}

Task<void> Connection::run() {
    while (!cancel_.cancelled()) {
        std::string problem;
        state_ = State::opening;
        try {
            co_await open();
            become_ready();
            UntilLost until_lost(*this);
            co_await until_lost;
        } catch (const Cancelled&) {
            break;
        } catch (const std::exception& error) {
            problem = error.what();
        }
        if (problem.empty() && cancel_.cancelled()) problem = k_ending;
        if (!problem.empty()) lose(problem);
        NextTurn next_turn(loop_);
        co_await next_turn;
        stream_.reset();
        if (cancel_.cancelled()) break;
        const auto delay = next_delay();
        log.warning("no connection to Redis at " + where_ + ": " + problem_ + "; next attempt in " +
                    std::to_string(delay.count()) + " ms");
        try {
            co_await loop_.sleep_for(delay, cancel_.token());
        } catch (const Cancelled&) {
            break;
        }
    }
    NextTurn next_turn(loop_);
    co_await next_turn;
    lose(k_ending);
    state_ = State::stopped;
    stream_.reset();
}

void Connection::become_ready() {
    log.notice("connected to Redis at " + where_);
    failures_ = 0;
    state_ = State::ready;
    if (listener_ != nullptr) listener_->on_ready();
    auto waiting = std::move(queued_);
    queued_.clear();
    queued_bytes_ = 0;
    for (Queued& queued : waiting)
        transmit(*queued.call, queued.command, queued.timeout, queued.replies);
    arm();
}

void Connection::lose(const std::string& problem) {
    if (state_ == State::waiting || state_ == State::stopped) return;
    state_ = State::waiting;
    problem_ = problem;
    paused_.reset();
    timer_.cancel();
    if (stream_ != nullptr) stream_->close();
    if (!cancel_.cancelled()) losses.add();
    if (until_lost_ != nullptr) until_lost_->resume();
    if (listener_ != nullptr) listener_->on_down(problem);
    fail_all("Redis at " + where_ + " was lost: " + problem);
}

// Each failed call resumes somebody, who may make and destroy other calls.
void Connection::fail_all(const std::string& problem) {
    while (!pending_.empty() || !queued_.empty()) {
        Call* call = nullptr;
        if (!pending_.empty()) {
            call = pending_.front().call;
            pending_.pop_front();
            ++first_number_;
        } else {
            call = queued_.front().call;
            queued_bytes_ -= queued_.front().command.size();
            queued_.pop_front();
        }
        if (call != nullptr) call->fail(problem);
    }
}

// Doubled after each failure; half of it is chance, so that many nodes do not come back at once.
std::chrono::milliseconds Connection::next_delay() {
    constexpr std::int64_t k_first = 100;
    const unsigned doublings = std::min(failures_++, 16U);
    const std::int64_t whole = std::min(k_first << doublings, std::int64_t{options_.max_delay.count()});
    return std::chrono::milliseconds(std::uniform_int_distribution<std::int64_t>(whole / 2, whole)(jitter_));
}

void Connection::arm() {
    std::optional<Time> when;
    if (!pending_.empty()) {
        when = pending_.front().deadline;
    } else if (state_ == State::ready) {
        when = last_sent_ + options_.ping_interval;
    }
    if (!queued_.empty() && (!when || queued_.front().deadline < *when)) when = queued_.front().deadline;
    if (!when) return;
    loop_.schedule(timer_, std::chrono::duration_cast<std::chrono::milliseconds>(*when - loop_.now()));
}

void Connection::pause() {
    if (paused_ || state_ != State::ready) return;
    paused_ = loop_.now();
    stream_->pause_recv();
}

void Connection::resume() {
    if (!paused_) return;
    const auto stood_still = loop_.now() - *paused_;
    paused_.reset();
    for (Pending& pending : pending_)
        pending.deadline += stood_still;
    stream_->resume_recv();
    arm();
}

void Connection::check_deadlines() {
    if (paused_) return;
    const Time now = loop_.now();
    while (!queued_.empty() && queued_.front().deadline <= now) {
        Call* const call = queued_.front().call;
        queued_bytes_ -= queued_.front().command.size();
        queued_.pop_front();
        call->fail("Redis at " + where_ + " is not connected yet ([redis] connect_timeout, timeout)");
    }
    if (!pending_.empty() && pending_.front().deadline <= now) {
        const bool may_be_in_clear = state_ == State::greeting && options_.tls != nullptr;
        lose("it did not answer in time ([redis] timeout)" +
             std::string(may_be_in_clear ? "; if it speaks no TLS, write redis://" : ""));
        return;
    }
    if (pending_.empty() && state_ == State::ready && last_sent_ + options_.ping_interval <= now) {
        ping_.reset();
        ping_ = std::make_unique<Call>(*this, "*1\r\n$4\r\nPING\r\n");
        return;
    }
    if (state_ != State::waiting) arm();
}

void Connection::on_bytes(std::span<char> bytes) {
    std::string_view left(bytes.data(), bytes.size());
    // What a reply resumes may end this connection.
    while (stream_ != nullptr && stream_->is_open()) {
        Reply reply;
        const auto step = reader_->next(left, reply);
        if (step == ReplyReader::Step::need_more) return;
        if (step == ReplyReader::Step::error) {
            lose("it speaks no RESP2: " + reader_->problem());
            return;
        }
        take(std::move(reply));
    }
}

bool Connection::take_message(Reply& reply) {
    auto& items = reply.items();
    if (items.size() == 3 && items[0].text() == "message") {
        listener_->on_message(items[1].take_text(), items[2].take_text());
    } else if (items.size() == 4 && items[0].text() == "pmessage") {
        listener_->on_message(items[2].take_text(), items[3].take_text());
    } else {
        return false;
    }
    return true;
}

void Connection::take(Reply reply) {
    if (options_.subscribes && take_message(reply)) return;
    if (pending_.empty()) {
        lose(reply.is_error() ? reply.text() : "it sent a reply that nobody asked for");
        return;
    }
    if (!reply.is_error() && --pending_.front().replies > 0) return;
    Call* call = pending_.front().call;
    pending_.pop_front();
    ++first_number_;
    arm();
    if (call != nullptr) call->settle(std::move(reply));
}

void Connection::on_untrusted(std::string_view why) {
    lose("no TLS with it: " + std::string(why));
}

void Connection::on_end(net::Stream::End) {
    lose("it closed the connection");
}

}  // namespace zanhu::redis
