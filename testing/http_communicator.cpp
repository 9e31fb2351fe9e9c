#include <deque>
#include <stdexcept>
#include <utility>

#include <zanhu/testing/http_communicator.h>

#include "testing/communicator_link.h"

namespace zanhu::testing {

/// Gives an event a turn, so that an application has to wait for each, and collects what is sent.
class HttpCommunicator::RequestLink final : public CommunicatorLink {
public:
    using CommunicatorLink::CommunicatorLink;

    SendAwaiter send(Command command) override {
        if (is_gone()) return SendAwaiter(SendResult::closed);
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
        return sent();
    }

    void fail(const std::exception_ptr& error) override {
        keep(error);
        disconnect();
    }
    Poll poll(Event& event) override {
        if (has_event() && !std::exchange(turn_, false)) return Poll::nothing;
        if (has_event() && !has_queued()) enqueue(Disconnect(CloseCode::normal));
        return CommunicatorLink::poll(event);
    }
    void park(ReceiveAwaiter& waiter) override {
        CommunicatorLink::park(waiter);
        if (has_event()) wake();
    }
    using CommunicatorLink::park;

    /// As deliver(), but a Disconnect ends nothing before its turn.
    void deliver_in_turn(Event event) { enqueue(std::move(event)); }
    void disconnect() { deliver(Disconnect(CloseCode::abnormal)); }

    HttpResponse response;
    std::deque<std::string> pieces;

private:
    // Behind a whole response comes the disconnect (ASGI).
    bool has_event() const noexcept { return has_queued() || (response.complete && !has_ended()); }
    void begin_turn() override { turn_ = true; }

    bool turn_ = false;
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
        link_->deliver_in_turn(HttpBody(std::move(pieces_[i]), more));
    }
    if (vanishes_) link_->deliver_in_turn(Disconnect(CloseCode::abnormal));
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
