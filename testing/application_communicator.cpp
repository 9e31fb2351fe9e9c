#include <deque>
#include <exception>
#include <stdexcept>
#include <utility>

#include <zanhu/testing/application_communicator.h>

namespace zanhu::testing {

/// Two queues.
class ApplicationCommunicator::PlainLink final : public Link {
public:
    explicit PlainLink(TestLoop& loop) noexcept : loop_(loop) {}

    SendAwaiter send(Command command) override {
        if (gone_) return SendAwaiter(SendResult::closed);
        sent.push_back(std::move(command));
        return SendAwaiter(SendResult::sent);
    }
    EventLoop& loop() noexcept override { return loop_; }
    void fail(const std::exception_ptr& error) override {
        try {
            std::rethrow_exception(error);
        } catch (const StopConsumer&) {
            // no failure
        } catch (...) {
            failure = error;
        }
        deliver(Disconnect(CloseCode::internal_error));
    }
    CancelToken token() noexcept override { return cancel_.token(); }

    Poll poll(Event& event) override {
        if (events_.empty()) return disconnect_taken_ ? Poll::ended : Poll::nothing;
        event = std::move(events_.front());
        events_.pop_front();
        disconnect_taken_ = std::holds_alternative<Disconnect>(event);
        return Poll::event;
    }
    void park(ReceiveAwaiter& waiter) override { waiter_ = &waiter; }
    bool park(SendAwaiter&) override { return false; }
    DeliverResult push(const SharedMessage& message) override {
        deliver(Event(message));
        return gone_ ? DeliverResult::refused : DeliverResult::delivered;
    }
    void attach(Inbox*) noexcept override {}

    void deliver(Event event) {
        if (gone_) return;
        gone_ = std::holds_alternative<Disconnect>(event);
        events_.push_back(std::move(event));
        loop_.post([this] {
            ReceiveAwaiter* waiter = std::exchange(waiter_, nullptr);
            if (waiter != nullptr && !waiter->wake()) waiter_ = waiter;
        });
        if (gone_) cancel_.cancel();
    }

    std::deque<Command> sent;
    std::exception_ptr failure;

private:
    TestLoop& loop_;
    std::deque<Event> events_;
    ReceiveAwaiter* waiter_ = nullptr;
    CancelSource cancel_;
    bool gone_ = false;
    bool disconnect_taken_ = false;
};

ApplicationCommunicator::ApplicationCommunicator(Application& application, TestLoop& loop, ScopeType type)
    : ApplicationRun(application, loop), link_(std::make_unique<PlainLink>(loop)) {
    scope().type = type;
}

ApplicationCommunicator::~ApplicationCommunicator() {
    if (!started_) return;
    link_->deliver(Disconnect(CloseCode::abnormal));
    run_out();
}

void ApplicationCommunicator::start() {
    if (!std::exchange(started_, true)) begin(*link_);
}

void ApplicationCommunicator::send_input(Event event) {
    start();
    link_->deliver(std::move(event));
}

Command ApplicationCommunicator::receive_output() {
    start();
    loop().run_until([this] { return !link_->sent.empty() || ended(); });
    if (link_->sent.empty()) throw std::runtime_error("the application has ended without another command");
    Command command = std::move(link_->sent.front());
    link_->sent.pop_front();
    return command;
}

bool ApplicationCommunicator::receive_nothing() {
    start();
    loop().run_pending();
    return link_->sent.empty();
}

void ApplicationCommunicator::wait() {
    start();
    run_to_end();
    if (link_->failure) std::rethrow_exception(link_->failure);
}

}  // namespace zanhu::testing
