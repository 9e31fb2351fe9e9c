#include "app/admin_client.h"

#include <Poco/Logger.h>

#include <cassert>
#include <exception>
#include <string_view>
#include <utility>

#include <zanhu/errors.h>

#include "app/admin_server.h"
#include "core/admin/codec.h"

namespace zanhu::app {

namespace {

constexpr const char* k_failed = "the request failed inside the daemon; its log says more";

Poco::Logger& logger() {
    return Poco::Logger::get("zanhu.admin");
}

}  // namespace

AdminClient::AdminClient(AdminServer& server, net::Descriptor descriptor)
    : server_(server),
      stream_(server.loop(), std::move(descriptor), *this),
      timer_([](void* self) { static_cast<AdminClient*>(self)->time_out(); }, this) {
    server_.loop().schedule(timer_, server_.options().idle_timeout);
}

AdminClient::~AdminClient() {
    assert(!running_);
}

void AdminClient::stop() {
    if (state_ != State::waiting) return;
    if (stream_.pending() > 0) {
        finish();
    } else {
        close();
    }
}

void AdminClient::on_bytes(std::span<char> bytes) {
    if (state_ == State::closing || state_ == State::closed) return;
    // One request at a time keeps what is held for a client at one line and one answer.
    if (state_ == State::handling || stream_.pending() > 0) {
        refuse(admin::Failure::bad_request,
               "a request came before the answer to the last one was taken; wait for it");
        return;
    }
    lines_.feed(std::string_view(bytes.data(), bytes.size()));
    std::string line;
    switch (lines_.next(line)) {
        case admin::LineReader::State::incomplete:
            return;
        case admin::LineReader::State::line:
            take_line(line);
            return;
        case admin::LineReader::State::too_long:
            refuse(admin::Failure::bad_request,
                   "the line is longer than " + std::to_string(admin::k_max_line) + " bytes");
    }
}

void AdminClient::take_line(const std::string& line) {
    auto decoded = admin::decode_request(line);
    if (auto* refusal = std::get_if<admin::Refusal>(&decoded)) {
        refuse(refusal->why, std::move(refusal->message));
    } else if (!lines_.empty()) {
        refuse(admin::Failure::bad_request, "there is more behind the request; wait for its answer first");
    } else {
        start(std::move(std::get<admin::Request>(decoded)));
    }
}

void AdminClient::start(admin::Request request) {
    state_ = State::handling;
    server_.loop().schedule(timer_, server_.options().request_timeout);
    running_ = true;
    task_ = handle(std::move(request));
    task_.start([](void* self) { static_cast<AdminClient*>(self)->ended(); }, this);
}

Task<admin::Reply> AdminClient::handle(admin::Request request) {
    co_return co_await server_.handler().handle(std::move(request));
}

void AdminClient::ended() {
    const admin::Reply reply = result();
    if (state_ == State::handling) {
        state_ = State::waiting;
        server_.loop().schedule(timer_, server_.options().idle_timeout);
        answer(reply);
        if (stream_.peer_finished() || server_.stopping()) finish();
    }
    // This is called from within the coroutine: its frame is freed when nothing on the stack is in it.
    server_.loop().at_end_of_turn([this] {
        task_ = Task<admin::Reply>();
        running_ = false;
        if (state_ == State::closed) {
            remove_if_done();
        } else {
            close_if_taken();
        }
    });
}

admin::Reply AdminClient::result() {
    try {
        return task_.result();
    } catch (const Error& error) {
        return admin::Refusal(admin::Failure::failed, error.what());
    } catch (const std::exception& error) {
        logger().error(std::string("an admin request failed: ") + error.what());
    } catch (...) {
        logger().error("an admin request threw what is no std::exception");
    }
    return admin::Refusal(admin::Failure::failed, k_failed);
}

void AdminClient::answer(const admin::Reply& reply) {
    try {
        stream_.send(admin::encode(reply));
    } catch (const Error& error) {
        logger().error(std::string("an answer to an admin request cannot be written: ") + error.what());
        stream_.send(admin::encode(admin::Reply(admin::Refusal(admin::Failure::failed, k_failed))));
    }
}

void AdminClient::refuse(admin::Failure why, std::string message) {
    answer(admin::Refusal(why, std::move(message)));
    finish();
}

void AdminClient::finish() {
    state_ = State::closing;
    server_.loop().schedule(timer_, server_.options().close_timeout);
    stream_.finish();
}

void AdminClient::on_end(net::Stream::End end) {
    if (end == net::Stream::End::broken || state_ == State::waiting) {
        close();
    } else {
        // The client has said its last word, and waits for the answer or has not taken all of it.
        close_if_taken();
    }
}

void AdminClient::close_if_taken() {
    if (state_ == State::closing && stream_.peer_finished() && stream_.pending() == 0) close();
}

void AdminClient::close() {
    if (state_ == State::closed) return;
    state_ = State::closed;
    timer_.cancel();
    stream_.close();
    remove_if_done();
}

void AdminClient::time_out() {
    switch (state_) {
        case State::waiting:
            refuse(admin::Failure::timed_out, "no whole request came in time");
            return;
        case State::handling:
            refuse(admin::Failure::timed_out,
                   "the daemon is still at it and has no answer yet; its log says more when it ends");
            return;
        case State::closing:
            close();
            return;
        case State::closed:
            return;
    }
}

void AdminClient::remove_if_done() {
    if (state_ == State::closed && !running_) server_.remove(*this);
}

}  // namespace zanhu::app
