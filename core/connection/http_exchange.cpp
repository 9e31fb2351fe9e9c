#include "core/connection/http_exchange.h"

#include <Poco/Logger.h>

#include <utility>

#include <zanhu/limited_log.h>

#include "core/base/metrics.h"
#include "core/connection/connection_metrics.h"
#include "core/connection/for_a_while.h"

namespace zanhu::connection {

namespace {

Counter requests("http_requests_total", "HTTP requests that reached the application");
Counter inbox_full_cut("http_inbox_full_total", "HTTP responses cut off because their layer inbox was full");
Counter inbox_dropped("http_inbox_dropped_total",
                      "Layer messages to HTTP consumers dropped, the oldest first, from a full inbox");
LimitedLog full_log("zanhu.http");
Counter failed("http_application_errors_total", "HTTP requests whose application failed");

Poco::Logger& logger() {
    return Poco::Logger::get("zanhu.http");
}

}  // namespace

HttpExchange::HttpExchange(Transport& transport,
                           std::unique_ptr<Scope> scope,
                           http::ConnectionOptions framing)
    : transport_(transport), scope_(std::move(scope)), framing_(framing) {}

void HttpExchange::run(Application& application) {
    requests.add();
    try {
        task_ = application.run(*scope_, *this);
        task_.start([](void* self) { static_cast<HttpExchange*>(self)->application_ended(); }, this);
    } catch (...) {
        // An application that is no coroutine throws before there is a task.
        fail(std::current_exception());
        end_application();
    }
}

void HttpExchange::application_ended() {
    try {
        task_.result();
        if (!complete_ && !gone_) {
            logger().error("the application for " + scope_->path + " ended without a whole response");
            answer(500, "the application gave no answer");
        }
    } catch (...) {
        fail(std::current_exception());
    }
    end_application();
}

void HttpExchange::end_application() {
    application_done_ = true;
    transport_.exchange_ended(!complete_);
}

void HttpExchange::fail(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const Cancelled&) {
        answer(503, "the request was cancelled");
    } catch (const StopConsumer&) {
        answer(500, "the application gave no answer");
    } catch (const NoRoute& none) {
        answer(404, none.what());
    } catch (const PoolSaturated& saturated) {
        logger().warning("the application for " + scope_->path + " found no worker: " + saturated.what());
        answer(503, "the server is busy; try again");
    } catch (const std::exception& e) {
        failed.add();
        logger().error("the application for " + scope_->path + " failed: " + e.what());
        if (is_for_a_while(e)) {
            answer(503, "the site's data cannot be reached; try again");
        } else {
            answer(500, "the application failed; its log says why");
        }
    } catch (...) {
        failed.add();
        logger().error("the application for " + scope_->path + " threw what is no std::exception");
        answer(500, "the application failed; its log says why");
    }
    transport_.give_up();
    abandon(complete_ ? CloseCode::normal : CloseCode::abnormal);
}

void HttpExchange::answer(int status, std::string_view text) {
    // Behind the beginning of another response the connection is cut instead, so that the client sees that
    // the body is not whole.
    if (head_sent_ || gone_) return;
    Headers extra;
    if (status == 503) extra.add("retry-after", "5");
    count_response(status);
    transport_.write(
        http::simple_response(status, text, extra, false, transport_.date(), scope_->method == "HEAD"));
    head_sent_ = complete_ = true;
    keeps_alive_ = false;
}

Link::Poll HttpExchange::poll(Event& event) {
    if (disconnect_taken_) return Poll::ended;
    if (!queue_.pop(event, transport_.loop().now(), transport_.options().layer_expiry)) {
        if (!complete_) return Poll::nothing;
        // ASGI: behind the whole response comes the disconnect.
        event = Disconnect(CloseCode::normal);
    }
    disconnect_taken_ = std::holds_alternative<Disconnect>(event);
    return Poll::event;
}

bool HttpExchange::park(SendAwaiter& waiter) {
    if (gone_ || !transport_.congested()) {
        waiter.settle(gone_ ? SendResult::closed : SendResult::sent);
        return false;
    }
    drain_.add(waiter);
    return true;
}

DeliverResult HttpExchange::push(const SharedMessage& message) {
    if (gone_ || complete_) return DeliverResult::refused;
    if (queue_.layer_events() >= transport_.options().layer_messages) {
        if (transport_.options().layer_full == FullInbox::close) {
            inbox_full_cut.add();
            full_log.warning("a consumer for " + scope_->path +
                             " is too slow for its layer messages: its response is cut off");
            transport_.give_up();
            abandon();
            return DeliverResult::refused;
        }
        inbox_dropped.add();
        full_log.warning("a consumer for " + scope_->path +
                         " is too slow for its layer messages: the oldest was dropped");
        queue_.drop_oldest_layer_event();
    }
    deliver(Event(message));
    return DeliverResult::delivered;
}

void HttpExchange::deliver(Event event) {
    queue_.push(std::move(event), transport_.loop().now());
    if (waiter_ == nullptr) return;
    if (transport_.nesting() < k_max_nesting) {
        wake();
    } else {
        wake_later();
    }
}

void HttpExchange::wake() {
    ReceiveAwaiter* waiter = std::exchange(waiter_, nullptr);
    ++transport_.nesting();
    if (!waiter->wake()) waiter_ = waiter;
    --transport_.nesting();
}

void HttpExchange::wake_later() {
    if (std::exchange(wake_scheduled_, true)) return;
    transport_.at_end_of_turn([this] {
        wake_scheduled_ = false;
        if (waiter_ != nullptr && !queue_.empty()) wake();
    });
}

void HttpExchange::body(std::string bytes, bool more) {
    deliver(HttpBody(std::move(bytes), more));
}

void HttpExchange::abandon(CloseCode code) {
    if (std::exchange(gone_, true)) return;
    deliver(Disconnect(code));
    cancel_.cancel();
    drain_.resume_all(SendResult::closed);
}

void HttpExchange::report_unfinished() {
    count_unfinished(scope_->path, transport_.options().disconnect_timeout);
}

SendAwaiter HttpExchange::send(Command command) {
    if (gone_) return SendAwaiter(SendResult::closed);
    if (auto* start = std::get_if<ResponseStart>(&command)) {
        if (start_ != nullptr || head_sent_)
            throw ProtocolMisuse("an HTTP response was started a second time");
        start_ = std::make_unique<ResponseStart>(std::move(*start));
        return SendAwaiter(SendResult::sent);
    }
    const auto* body = std::get_if<ResponseBody>(&command);
    if (body == nullptr) throw ProtocolMisuse("a WebSocket command was sent on an HTTP request");
    if (complete_ || (start_ == nullptr && !head_sent_)) {
        throw ProtocolMisuse("a piece of an HTTP response's body was sent before its start or after its end");
    }
    send_body(*body);
    if (!body->more || !transport_.congested()) return SendAwaiter(SendResult::sent);
    return SendAwaiter(SendResult::queued, *this);
}

void HttpExchange::send_head(const ResponseBody& first) {
    if (!first.more) framing_.content_length = first.bytes.size();
    chunked_ = http::is_chunked(start_->status, framing_);
    keeps_alive_ = framing_.keep_alive && !http::closes(start_->status, framing_);
    framing_.keep_alive = keeps_alive_;
    transport_.write(
        http::encode_response_head(start_->status, start_->headers, framing_, transport_.date()));
    head_sent_ = true;
    count_response(start_->status);
}

void HttpExchange::send_body(const ResponseBody& body) {
    if (!head_sent_) send_head(body);
    complete_ = !body.more;
    if (scope_->method == "HEAD" || !http::status_has_body(start_->status)) return;
    if (chunked_ && !body.bytes.empty()) {
        transport_.write(http::encode_chunk_header(body.bytes.size()));
        transport_.write(body.bytes);
        transport_.write(http::k_chunk_end);
    } else if (!body.bytes.empty()) {
        transport_.write(body.bytes);
    }
    if (chunked_ && complete_) transport_.write(http::k_last_chunk);
}

}  // namespace zanhu::connection
