#include <deque>
#include <stdexcept>
#include <utility>

#include <zanhu/testing/http_communicator.h>

namespace zanhu::testing {

/// Gives an event a turn, so that an application has to wait for each, and collects what is sent.
class HttpCommunicator::RequestLink final : public Link {
public:
    explicit RequestLink(TestLoop& loop) noexcept : loop_(loop) {}

    SendAwaiter send(Command command) override {
        if (gone_) return SendAwaiter(SendResult::closed);
        if (auto* start = std::get_if<ResponseStart>(&command)) {
            if (response.status != 0) throw std::runtime_error("a second ResponseStart");
            response.status = start->status;
            response.headers = std::move(start->headers);
            return SendAwaiter(SendResult::sent);
        }
        auto* body = std::get_if<ResponseBody>(&command);
        if (body == nullptr) throw std::runtime_error("a command that is not of HTTP");
        if (response.status == 0) throw std::runtime_error("a ResponseBody before ResponseStart");
        if (response.complete) throw std::runtime_error("a ResponseBody after the last one");
        response.body += body->bytes;
        response.complete = !body->more;
        pieces.push_back(std::move(body->bytes));
        return stalled_ ? SendAwaiter(SendResult::queued, *this) : SendAwaiter(SendResult::sent);
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
        disconnect();
    }
    CancelToken token() noexcept override { return cancel_.token(); }

    Poll poll(Event& event) override {
        if (!has_event()) return disconnect_taken_ ? Poll::ended : Poll::nothing;
        if (!std::exchange(turn_, false)) return Poll::nothing;
        if (events_.empty()) {
            event = Disconnect(CloseCode::normal);
        } else {
            event = std::move(events_.front());
            events_.pop_front();
        }
        if (std::holds_alternative<Disconnect>(event)) {
            disconnect_taken_ = true;
            leave();
        }
        return Poll::event;
    }
    void park(ReceiveAwaiter& waiter) override {
        waiter_ = &waiter;
        if (has_event()) wake();
    }
    bool park(SendAwaiter& waiter) override {
        if (stalled_ && !gone_) {
            drain_.add(waiter);
            return true;
        }
        waiter.settle(gone_ ? SendResult::closed : SendResult::sent);
        return false;
    }

    DeliverResult push(const SharedMessage& message) override {
        if (gone_) return DeliverResult::refused;
        deliver(Event(message));
        return DeliverResult::delivered;
    }
    void attach(Inbox*) noexcept override {}

    void deliver(Event event) {
        events_.push_back(std::move(event));
        wake();
    }
    void disconnect() {
        if (gone_) return;
        deliver(Disconnect(CloseCode::abnormal));
        leave();
    }
    void stall(bool stalled) {
        stalled_ = stalled;
        if (!stalled) drain_.resume_all(SendResult::sent);
    }

    HttpResponse response;
    std::deque<std::string> pieces;
    std::exception_ptr failure;

private:
    // Behind a whole response comes the disconnect (ASGI).
    bool has_event() const noexcept { return !events_.empty() || (response.complete && !disconnect_taken_); }
    void wake() {
        loop_.post([this] {
            turn_ = true;
            ReceiveAwaiter* waiter = std::exchange(waiter_, nullptr);
            if (waiter != nullptr && !waiter->wake()) waiter_ = waiter;
        });
    }
    void leave() {
        if (std::exchange(gone_, true)) return;
        cancel_.cancel();
        drain_.resume_all(SendResult::closed);
    }

    TestLoop& loop_;
    std::deque<Event> events_;
    ReceiveAwaiter* waiter_ = nullptr;
    DrainList drain_;
    CancelSource cancel_;
    bool turn_ = false;
    bool gone_ = false;
    bool disconnect_taken_ = false;
    bool stalled_ = false;
};

HttpCommunicator::HttpCommunicator(Application& application, TestLoop& loop, std::string path)
    : ApplicationRun(application, loop) {
    fill_scope(ScopeType::http, "http", std::move(path));
}

HttpCommunicator::~HttpCommunicator() {
    if (link_ == nullptr) return;
    link_->disconnect();
    run_out();
}

void HttpCommunicator::start() {
    if (link_ != nullptr) throw std::logic_error("a request is sent once");
    link_ = std::make_unique<RequestLink>(loop());
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
        const bool more = vanishes_ || i + 1 < pieces_.size();
        link_->deliver(HttpBody(std::move(pieces_[i]), more));
    }
    if (vanishes_) link_->deliver(Disconnect(CloseCode::abnormal));
    begin(*link_);
    loop().run_pending();
}

void HttpCommunicator::wait() {
    run_to_end();
    if (link_->failure) std::rethrow_exception(link_->failure);
}

HttpResponse HttpCommunicator::run() {
    start();
    wait();
    return link_->response;
}

std::string HttpCommunicator::receive_body() {
    loop().run_until([this] { return !link_->pieces.empty() || link_->response.complete || ended(); });
    if (link_->pieces.empty()) throw std::runtime_error("the application sent no more of the body");
    std::string piece = std::move(link_->pieces.front());
    link_->pieces.pop_front();
    return piece;
}

bool HttpCommunicator::receive_nothing() {
    loop().run_pending();
    return link_->pieces.empty();
}

const HttpResponse& HttpCommunicator::response() const noexcept {
    return link_->response;
}

DeliverResult HttpCommunicator::push(LayerMessage message) {
    return link_->push(SharedMessage(std::move(message)));
}

void HttpCommunicator::stall(bool stalled) {
    link_->stall(stalled);
}

void HttpCommunicator::disconnect() {
    link_->disconnect();
    loop().run_pending();
}

}  // namespace zanhu::testing
