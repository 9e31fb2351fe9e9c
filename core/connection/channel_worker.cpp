#include "core/connection/channel_worker.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <utility>

#include <zanhu/errors.h>
#include <zanhu/limited_log.h>

#include "core/base/metrics.h"

namespace zanhu::connection {

namespace {

Counter handled("worker_messages_total", "Messages that workers took from their channels");
Counter failures("worker_errors_total", "Applications of workers that ended with an exception");
Counter not_received("worker_receive_errors_total",
                     "Messages that a worker could not take: they had no type, or the layer failed");
Counter refused("worker_inbox_refused_total",
                "Messages for a worker's own channel that were refused because too many waited");
Counter lost("worker_lost_total", "Messages whose application ended without taking them");
LimitedLog error_log("zanhu.worker");

// A layer that is down fails at once: the first failure may be that of one message, from the second on it
// waits.
constexpr std::chrono::milliseconds k_first_delay{50};
constexpr unsigned k_most_doublings = 5;

}  // namespace

/// Lets the application go first: receiving goes on, in a later turn of the loop, when the application waits
/// for a message or there is none; at the very end only when there is none.
class ChannelWorker::Turn {
public:
    explicit Turn(ChannelWorker& worker) noexcept : worker_(worker) {}
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> awaiter) {
        worker_.turn_ = awaiter;
        worker_.go_on_later();
    }
    void await_resume() const noexcept {}

private:
    ChannelWorker& worker_;
};

ChannelWorker::ChannelWorker(EventLoop& loop,
                             ChannelLayer& layer,
                             std::string channel,
                             Application& application,
                             std::size_t max_waiting)
    : loop_(loop),
      layer_(layer),
      channel_(std::move(channel)),
      application_(application),
      max_waiting_(max_waiting),
      gone_(std::make_unique<CancelSource>()) {}

ChannelWorker::~ChannelWorker() = default;

void ChannelWorker::start(void (*when_done)(void*), void* context) {
    receiving_ = run();
    receiving_.start(when_done, context);
}

void ChannelWorker::stop() {
    if (std::exchange(stopping_, true)) return;
    stop_.cancel();
    if (waiter_ != nullptr) wake_later();
}

Task<void> ChannelWorker::run() {
    for (;;) {
        SharedMessage message = co_await next_message();
        if (!message) break;
        handled.add();
        hand_over(std::move(message));
        co_await Turn(*this);
    }
    over_ = true;
    co_await Turn(*this);
}

/// Empty when the worker is to end.
Task<SharedMessage> ChannelWorker::next_message() {
    for (unsigned failed = 0; !stopping_; ++failed) {
        try {
            if (failed > 1) {
                co_await loop_.sleep_for(k_first_delay * (1U << std::min(failed, k_most_doublings)),
                                         stop_.token());
            }
            co_return co_await layer_.receive(channel_, stop_.token());
        } catch (const Cancelled&) {
            // asked for by stop()
        } catch (const std::exception& error) {
            not_received.add();
            error_log.error("the worker of channel '" + channel_ +
                            "' could not take a message: " + error.what());
        }
    }
    co_return SharedMessage();
}

void ChannelWorker::hand_over(SharedMessage message) {
    waiting_.emplace_back(std::move(message), false);
    if (!running_) {
        begin_application();
    } else if (waiter_ != nullptr) {
        wake();
    }
}

void ChannelWorker::begin_application() {
    running_ = true;
    took_message_ = false;
    failed_ = disconnected_ = false;
    gone_ = std::make_unique<CancelSource>();
    scope_ = std::make_unique<Scope>();
    scope_->type = ScopeType::channel;
    scope_->set_channel(channel_);
    try {
        task_ = application_.run(*scope_, *this);
        task_.start([](void* self) { static_cast<ChannelWorker*>(self)->application_ended(); }, this);
    } catch (...) {
        // An application that is no coroutine throws before there is a task.
        report(std::current_exception());
        end_application();
    }
}

void ChannelWorker::application_ended() {
    try {
        task_.result();
    } catch (const Cancelled&) {
        // How an application that does not look at Disconnect ends.
        if (!gone_->cancelled()) report(std::current_exception());
    } catch (...) {
        report(std::current_exception());
    }
    end_application();
}

void ChannelWorker::end_application() {
    running_ = false;
    leave_behind();
    go_on_later();
}

// A message of the channel that came while the application was at something else is for the next one: only
// an application that was begun with it, and ended all the same, has had it.
void ChannelWorker::leave_behind() {
    const std::size_t own = std::erase_if(waiting_, [](const Waiting& one) { return one.own; });
    if (own > 0) {
        lost.add(own);
        error_log.error("the application of channel '" + channel_ + "' ended, and with it " +
                        std::to_string(own) + " messages that waited in its own channel");
    }
    if (took_message_ || waiting_.empty()) return;
    lost.add(waiting_.size());
    error_log.error("the application of channel '" + channel_ +
                    "' ended without taking a message; it has to receive() each of them");
    waiting_.clear();
}

bool ChannelWorker::report(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const StopConsumer&) {
        return false;
    } catch (const std::exception& e) {
        error_log.error("the application of channel '" + channel_ + "' failed: " + e.what());
    } catch (...) {
        error_log.error("the application of channel '" + channel_ + "' threw what is no std::exception");
    }
    failures.add();
    return true;
}

void ChannelWorker::go_on_later() {
    loop_.post([this] {
        // Not within its own last turn, and ahead of its scope: with it goes the consumer.
        if (!running_) task_ = Task<void>();
        if (!running_ && !waiting_.empty()) begin_application();
        const bool its_turn = over_ ? !running_ : !running_ || waiter_ != nullptr;
        if (turn_ && its_turn) std::exchange(turn_, nullptr).resume();
    });
}

SendAwaiter ChannelWorker::send(Command) {
    throw ProtocolMisuse("the consumer of channel '" + channel_ +
                         "' sent to its client, and a worker has none; send through the channel layer");
}

void ChannelWorker::fail(const std::exception_ptr& error) {
    end_code_ = report(error) ? CloseCode::internal_error : CloseCode::normal;
    failed_ = true;
    if (waiter_ != nullptr) wake_later();
}

Link::Poll ChannelWorker::poll(Event& event) {
    if (!waiting_.empty() && !failed_) {
        event = std::move(waiting_.front().message);
        waiting_.pop_front();
        took_message_ = true;
        return Poll::event;
    }
    if (!stopping_ && !failed_) return Poll::nothing;
    if (std::exchange(disconnected_, true)) return Poll::ended;
    event = Disconnect(failed_ ? end_code_ : CloseCode::going_away);
    gone_->cancel();
    return Poll::event;
}

void ChannelWorker::park(ReceiveAwaiter& waiter) {
    assert(waiter_ == nullptr);
    waiter_ = &waiter;
    go_on_later();
}

bool ChannelWorker::park(SendAwaiter& waiter) {
    waiter.settle(SendResult::closed);
    return false;
}

DeliverResult ChannelWorker::push(const SharedMessage& message) {
    if (!running_ || stopping_ || failed_ || waiting_.size() >= max_waiting_) {
        refused.add();
        return DeliverResult::refused;
    }
    waiting_.emplace_back(message, true);
    if (waiter_ != nullptr) wake_later();
    return DeliverResult::delivered;
}

void ChannelWorker::wake() {
    ReceiveAwaiter* waiter = std::exchange(waiter_, nullptr);
    // A filter on the way may have kept the event for itself; then the application goes on waiting.
    if (!waiter->wake()) waiter_ = waiter;
}

void ChannelWorker::wake_later() {
    if (std::exchange(wake_scheduled_, true)) return;
    loop_.post([this] {
        wake_scheduled_ = false;
        if (waiter_ != nullptr) wake();
    });
}

}  // namespace zanhu::connection
