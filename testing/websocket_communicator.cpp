#include <stdexcept>
#include <utility>

#include <zanhu/testing/websocket_communicator.h>

#include "testing/communicator_link.h"

namespace zanhu::testing {

/// The states of a real connection, with a queue for a wire.
class WebsocketCommunicator::SocketLink final : public CommunicatorLink {
public:
    using CommunicatorLink::CommunicatorLink;

    SendAwaiter send(Command command) override {
        if (auto* chosen = std::get_if<Accept>(&command)) return accept(*chosen);
        if (auto* close = std::get_if<Close>(&command)) return close_by_application(*close);
        if (auto* start = std::get_if<ResponseStart>(&command)) {
            if (!is_connecting()) throw ProtocolMisuse("a denial response after the accept");
            denial_ = start->status;
            answer.headers = std::move(start->headers);
            return SendAwaiter(SendResult::sent);
        }
        if (auto* body = std::get_if<ResponseBody>(&command)) {
            if (denial_ == 0) throw ProtocolMisuse("a denial's body before its start");
            answer.body += body->bytes;
            if (!body->more) deny(denial_);
            return SendAwaiter(SendResult::sent);
        }
        if (is_connecting()) throw ProtocolMisuse("a message before the accept");
        if (is_gone()) return SendAwaiter(SendResult::closed);
        if (auto* message = std::get_if<Send>(&command)) {
            sent_.emplace_back(message->kind, std::move(message->data));
        } else {
            sent_.emplace_back(MessageKind::text, std::get<SendShared>(command).message.as_json());
        }
        return sent();
    }

    void fail(const std::exception_ptr& error) override {
        int status = 500;
        CloseCode code = CloseCode::internal_error;
        try {
            std::rethrow_exception(error);
        } catch (const StopConsumer&) {
            (void)send(Close());
            return;
        } catch (const PoolSaturated&) {
            status = 503;
            code = CloseCode::try_again_later;
        } catch (const NoRoute&) {
            status = 404;
        } catch (...) {
            // as above
        }
        ++failures;
        failure = error;
        if (is_connecting()) {
            deny(status);
        } else {
            close(Close(code));
        }
    }

    Poll poll(Event& event) override {
        if (!connect_taken_) {
            connect_taken_ = true;
            event = Connect();
            return Poll::event;
        }
        return CommunicatorLink::poll(event);
    }
    DeliverResult forward(const SharedMessage& message) override {
        const bool straight = accepted_ && !is_gone() && is_waited_for() && !has_queued() && !is_stalled();
        if (!straight) return push(message);
        sent_.emplace_back(MessageKind::text, message.as_json());
        return DeliverResult::delivered;
    }
    void attach(Inbox* inbox) noexcept override { attached = inbox; }

    bool answered() const noexcept { return answer.status != 0; }

    Answer answer;
    std::deque<Receive> sent_;
    std::optional<Close> closed;
    int failures = 0;
    Inbox* attached = nullptr;

private:
    bool is_connecting() const noexcept { return !accepted_ && !is_gone(); }

    SendAwaiter accept(Accept& chosen) {
        if (is_gone()) return SendAwaiter(SendResult::closed);
        if (std::exchange(accepted_, true)) throw ProtocolMisuse("a second accept");
        answer.accepted = true;
        answer.status = 101;
        answer.subprotocol = std::move(chosen.subprotocol);
        answer.headers = std::move(chosen.headers);
        return SendAwaiter(SendResult::sent);
    }
    SendAwaiter close_by_application(Close& command) {
        if (is_gone()) return SendAwaiter(SendResult::closed);
        if (!accepted_) {
            deny(403);
        } else {
            close(std::move(command));
        }
        return SendAwaiter(SendResult::sent);
    }
    void deny(int status) {
        answer.status = status;
        deliver(Disconnect(CloseCode::abnormal));
    }
    void close(Close command) {
        if (is_gone()) return;
        closed = std::move(command);
        deliver(Event(Disconnect(closed->code, closed->reason)));
    }

    int denial_ = 0;
    bool accepted_ = false;
    bool connect_taken_ = false;
};

WebsocketCommunicator::WebsocketCommunicator(Application& application, TestLoop& loop, std::string path)
    : ApplicationRun(application, loop), link_(std::make_unique<SocketLink>(loop)) {
    fill_scope(ScopeType::websocket, "ws", std::move(path));
}

WebsocketCommunicator::~WebsocketCommunicator() {
    if (!started_) return;
    link_->deliver(Disconnect(CloseCode::abnormal));
    run_out();
}

Link& WebsocketCommunicator::link() noexcept {
    return *link_;
}

void WebsocketCommunicator::start() {
    started_ = true;
    begin(*link_);
    loop().run_pending();
}

WebsocketCommunicator::Answer WebsocketCommunicator::answer() {
    loop().run_until([this] { return link_->answered() || ended(); });
    throw_failure();
    return link_->answer;
}

WebsocketCommunicator::Answer WebsocketCommunicator::connect() {
    start();
    return answer();
}

void WebsocketCommunicator::send_to(std::string text) {
    link_->deliver(Event(Receive(MessageKind::text, std::move(text))));
}

void WebsocketCommunicator::send_bytes_to(std::string bytes) {
    link_->deliver(Event(Receive(MessageKind::binary, std::move(bytes))));
}

DeliverResult WebsocketCommunicator::push(LayerMessage message) {
    return link_->push(SharedMessage(std::move(message)));
}

Receive WebsocketCommunicator::receive_message() {
    loop().run_until([this] { return !link_->sent_.empty() || link_->closed || ended(); });
    if (link_->sent_.empty()) throw std::runtime_error("the application sent no message: " + failure());
    Receive message = std::move(link_->sent_.front());
    link_->sent_.pop_front();
    return message;
}

Value WebsocketCommunicator::receive_json_from() {
    const Receive message = receive_message();
    std::optional<Value> content = parse_json(message.data);
    if (!message.is_text() || !content) throw std::runtime_error("not JSON: " + message.data);
    return std::move(*content);
}

bool WebsocketCommunicator::receive_nothing() {
    loop().run_pending();
    return link_->sent_.empty();
}

Close WebsocketCommunicator::receive_close() {
    loop().run_until([this] { return link_->closed.has_value() || ended(); });
    if (!link_->closed) throw std::runtime_error("the application did not close the connection");
    return *link_->closed;
}

void WebsocketCommunicator::disconnect(CloseCode code) {
    link_->deliver(Event(Disconnect(code)));
    loop().run_pending();
}

void WebsocketCommunicator::wait() {
    run_to_end();
}

void WebsocketCommunicator::stall(bool stalled) {
    link_->stall(stalled);
}

std::string WebsocketCommunicator::failure() const {
    if (!link_->failure) return {};
    try {
        std::rethrow_exception(link_->failure);
    } catch (const std::exception& error) {
        return error.what();
    }
}

int WebsocketCommunicator::failures() const {
    return link_->failures;
}

Inbox* WebsocketCommunicator::attached() const {
    return link_->attached;
}

}  // namespace zanhu::testing
