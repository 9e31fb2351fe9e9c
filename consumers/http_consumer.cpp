#include <utility>

#include <zanhu/errors.h>
#include <zanhu/http_consumer.h>

#include "consumers/sequences.h"

namespace zanhu {

namespace {

/// Whether somebody can still answer: a layer message, if the consumer has a channel. Throws Error otherwise.
void check_answer(bool answers, bool has_channel, const Scope& scope) {
    if (answers || has_channel) return;
    throw Error("handle() of the consumer for " + scope.path + " has sent no response");
}

}  // namespace

Task<void> AsyncHttpConsumer::dispatch(Event& event) {
    if (auto* piece = std::get_if<HttpBody>(&event)) return take_body(std::move(*piece));
    return ConsumerBase::dispatch(event);
}

Task<void> AsyncHttpConsumer::take_body(HttpBody piece) {
    body_ += piece.bytes;
    if (piece.more) co_return;
    co_await join_groups();
    co_await handle(std::move(body_));
    check_answer(answers_, has_channel(), scope());
}

Task<void> AsyncHttpConsumer::disconnect() {
    co_return;
}

SendAwaiter AsyncHttpConsumer::send_headers(int status, Headers headers) {
    answers_ = true;
    return link().send(ResponseStart(status, std::move(headers)));
}

SendAwaiter AsyncHttpConsumer::send_body(std::string body, bool more_body) {
    return link().send(ResponseBody(std::move(body), more_body));
}

SendAwaiter AsyncHttpConsumer::send_response(int status, std::string body, Headers headers) {
    answers_ = true;
    return SendAwaiter(consumers::respond(link(), status, std::move(headers), std::move(body)));
}

Task<void> HttpConsumer::dispatch(Event& event) {
    if (auto* piece = std::get_if<HttpBody>(&event)) return take_body(std::move(*piece));
    return ConsumerBase::dispatch(event);
}

Task<void> HttpConsumer::take_body(HttpBody piece) {
    body_ += piece.bytes;
    if (piece.more) co_return;
    co_await join_groups();
    auto job = [this] { handle(std::move(body_)); };
    co_await work(job);
    check_answer(answers_, has_channel(), scope());
}

Task<void> HttpConsumer::dispatch_disconnect(Disconnect) {
    auto job = [this] { disconnect(); };
    return insist(job);
}

void HttpConsumer::disconnect() {}

void HttpConsumer::send_headers(int status, Headers headers) {
    answers_ = true;
    (void)send(ResponseStart(status, std::move(headers)));
}

SendResult HttpConsumer::send_body(std::string body, bool more_body) {
    return send(ResponseBody(std::move(body), more_body));
}

SendResult HttpConsumer::send_response(int status, std::string body, Headers headers) {
    answers_ = true;
    return async_to_sync(link().loop(),
                         consumers::respond(link(), status, std::move(headers), std::move(body)));
}

}  // namespace zanhu
