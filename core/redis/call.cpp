// Call: a command from its making to its reply.
#include <utility>

#include <zanhu/errors.h>

#include "core/redis/connection.h"

namespace zanhu::redis {

Call::Call(Connection& connection,
           std::string command,
           std::chrono::milliseconds timeout,
           std::size_t replies)
    : connection_(connection) {
    connection.enqueue(*this, std::move(command), timeout, replies);
}

Call::~Call() {
    if (!settled_) connection_.forget(*this);
}

Reply Call::await_resume() {
    if (!problem_.empty()) throw BackendUnavailable(problem_);
    return std::move(reply_);
}

// Resuming may destroy this call.
void Call::settle(Reply reply) {
    reply_ = std::move(reply);
    settled_ = true;
    if (awaiter_) awaiter_.resume();
}

void Call::fail(const std::string& problem) {
    problem_ = problem;
    settled_ = true;
    if (awaiter_) awaiter_.resume();
}

Task<Reply> Connection::call(std::string command, std::chrono::milliseconds timeout) {
    Call call(*this, std::move(command), timeout);
    Reply reply = co_await call;
    if (reply.is_error()) throw Error("Redis at " + where_ + " refused a command: " + reply.text());
    co_return reply;
}

void Connection::enqueue(Call& call,
                         std::string command,
                         std::chrono::milliseconds timeout,
                         std::size_t replies) {
    if (timeout.count() == 0) timeout = options_.timeout;
    if (state_ == State::waiting || state_ == State::stopped) {
        call.fail("Redis at " + where_ + " cannot be reached: " + problem_);
    } else if (pending_.size() + queued_.size() >= options_.max_calls) {
        call.fail("Redis at " + where_ + " has " + std::to_string(options_.max_calls) +
                  " commands under way ([redis] max_calls): it is too slow for what it is asked");
    } else if (state_ == State::opening || (state_ == State::greeting && !saying_)) {
        queue(call, std::move(command), timeout, replies);
    } else if (stream_->pending() + command.size() > options_.max_unsent) {
        call.fail("Redis at " + where_ + " does not take what is sent to it ([redis] max_unsent)");
    } else {
        transmit(call, command, timeout, replies);
    }
}

void Connection::queue(Call& call,
                       std::string command,
                       std::chrono::milliseconds timeout,
                       std::size_t replies) {
    if (queued_bytes_ + command.size() > options_.max_unsent) {
        call.fail("Redis at " + where_ + " is not connected yet, and too much waits ([redis] max_unsent)");
        return;
    }
    queued_bytes_ += command.size();
    const Time deadline = loop_.now() + options_.connect_timeout + timeout;
    queued_.push_back(Queued{&call, std::move(command), timeout, replies, deadline});
    if (queued_.size() == 1) arm();
}

void Connection::transmit(Call& call,
                          const std::string& command,
                          std::chrono::milliseconds timeout,
                          std::size_t replies) {
    const Time now = loop_.now();
    call.number_ = first_number_ + pending_.size();
    pending_.push_back(Pending{&call, now + timeout, replies});
    last_sent_ = now;
    stream_->send(std::string_view(command));
    if (pending_.size() == 1) arm();
}

void Connection::forget(Call& call) noexcept {
    if (call.number_ >= first_number_ && call.number_ - first_number_ < pending_.size() &&
        pending_[call.number_ - first_number_].call == &call) {
        pending_[call.number_ - first_number_].call = nullptr;
        return;
    }
    std::erase_if(queued_, [this, &call](const Queued& queued) {
        const bool is_it = queued.call == &call;
        if (is_it) queued_bytes_ -= queued.command.size();
        return is_it;
    });
}

}  // namespace zanhu::redis
