#pragma once

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <utility>

#include <zanhu/link.h>

namespace zanhu::app {

/// A Link that notes the answer and has no events. Owned by the test.
class ScriptedLink final : public Link {
public:
    SendAwaiter send(Command command) override {
        if (auto* start = std::get_if<ResponseStart>(&command)) {
            status = start->status;
            headers = std::move(start->headers);
        } else if (auto* piece = std::get_if<ResponseBody>(&command)) {
            body += piece->bytes;
            complete = !piece->more;
        }
        return SendAwaiter(SendResult::sent);
    }
    EventLoop& loop() noexcept override { std::abort(); }
    void fail(const std::exception_ptr& error) override { std::rethrow_exception(error); }
    CancelToken token() noexcept override { return {}; }
    Poll poll(Event&) override { return Poll::ended; }
    void park(ReceiveAwaiter&) override { throw std::logic_error("nobody waits here"); }
    bool park(SendAwaiter&) override { throw std::logic_error("nobody waits here"); }
    DeliverResult push(const SharedMessage&) override { return DeliverResult::refused; }
    void attach(Inbox*) noexcept override {}

    int status = 0;  ///< 0: no response was started
    Headers headers;
    std::string body;
    bool complete = false;
};

}  // namespace zanhu::app
