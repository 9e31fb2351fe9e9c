#include "tests/application/http_communicator.h"

#include <exception>
#include <stdexcept>
#include <utility>

namespace zanhu::test {

namespace {

/// Gives an event a turn, so that an application has to wait for each, and collects what is sent.
class RequestLink final : public Link {
public:
    RequestLink(TestLoop& loop, std::vector<std::string> pieces, bool vanishes)
        : loop_(loop), vanishes_(vanishes) {
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            const bool more = vanishes || i + 1 < pieces.size();
            events_.emplace_back(HttpBody(std::move(pieces[i]), more));
        }
        if (vanishes) events_.emplace_back(Disconnect(CloseCode::abnormal));
    }

    SendAwaiter send(Command command) override {
        if (gone_) return SendAwaiter(SendResult::closed);
        if (auto* start = std::get_if<ResponseStart>(&command)) {
            if (response_.status != 0) throw std::runtime_error("a second ResponseStart");
            response_.status = start->status;
            response_.headers = std::move(start->headers);
        } else if (auto* body = std::get_if<ResponseBody>(&command)) {
            if (response_.status == 0) throw std::runtime_error("a ResponseBody before ResponseStart");
            if (response_.complete) throw std::runtime_error("a ResponseBody after the last one");
            response_.body += body->bytes;
            response_.complete = !body->more;
        } else {
            throw std::runtime_error("a command that is not of HTTP");
        }
        return SendAwaiter(SendResult::sent);
    }

    EventLoop& loop() noexcept override { return loop_; }
    void fail(const std::exception_ptr& error) override { std::rethrow_exception(error); }
    CancelToken token() noexcept override { return cancel_.token(); }

    Poll poll(Event& event) override {
        if (events_.empty()) return gone_ ? Poll::ended : Poll::nothing;
        if (!ready_) return Poll::nothing;
        ready_ = false;
        event = std::move(events_.front());
        events_.pop_front();
        gone_ = vanishes_ && events_.empty();
        if (gone_) cancel_.cancel();
        return Poll::event;
    }
    void park(ReceiveAwaiter& waiter) override {
        loop_.post([this, &waiter] {
            ready_ = true;
            waiter.wake();
        });
    }
    bool park(SendAwaiter&) override { throw std::logic_error("RequestLink never makes a sender wait"); }

    DeliverResult push(const SharedMessage&) override { return DeliverResult::refused; }
    void attach(Inbox*) noexcept override {}

    HttpResponse& response() noexcept { return response_; }

private:
    TestLoop& loop_;
    const bool vanishes_;
    bool gone_ = false;
    bool ready_ = false;
    std::deque<Event> events_;
    CancelSource cancel_;
    HttpResponse response_;
};

}  // namespace

HttpCommunicator::HttpCommunicator(Application& application, TestLoop& loop)
    : application_(application), loop_(loop) {
    scope_.type = ScopeType::http;
    scope_.method = "GET";
    scope_.http_version = "1.1";
    scope_.scheme = "http";
    scope_.path = scope_.raw_path = "/";
    scope_.client.address = "127.0.0.1";
    scope_.client.port = 50000;
    scope_.server.address = "127.0.0.1";
    scope_.server.port = 8000;
}

HttpResponse HttpCommunicator::run() {
    RequestLink link(loop_, std::move(pieces_), vanishes_);
    loop_.run(application_.run(scope_, link));
    return std::move(link.response());
}

}  // namespace zanhu::test
