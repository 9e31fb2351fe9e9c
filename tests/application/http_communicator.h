#pragma once

#include <deque>
#include <string>
#include <vector>

#include <zanhu/application.h>

#include "tests/application/test_loop.h"

namespace zanhu::test {

/// What an application answered to one HTTP request.
struct HttpResponse {
    HttpResponse() = default;
    int status = 0;  ///< 0: nothing was answered
    Headers headers;
    std::string body;
    bool complete = false;  ///< the last piece of the body was sent

    /// The first field of that name; empty when there is none.
    std::string header(std::string_view name) const {
        return std::string(headers.find(name).value_or(std::string_view()));
    }
};

/// Drives an application with one HTTP request, without a socket (Channels: HttpCommunicator). Fill scope(),
/// say what the body is, then run(). Owned by the test; its thread only.
class HttpCommunicator {
public:
    HttpCommunicator(Application& application, TestLoop& loop);

    Scope& scope() noexcept { return scope_; }
    /// The body in one piece; by default there is none.
    void set_body(std::string body) { set_body_pieces({std::move(body)}); }
    void set_body_pieces(std::vector<std::string> pieces) { pieces_ = std::move(pieces); }
    /// The client goes away when it has sent its pieces, the last of which then is not the body's end.
    void vanish() { vanishes_ = true; }

    /// Runs the application to its end. What it throws comes out here. Throws std::runtime_error when it
    /// sends out of order.
    HttpResponse run();

private:
    Application& application_;
    TestLoop& loop_;
    Scope scope_;
    std::vector<std::string> pieces_{std::string()};
    bool vanishes_ = false;
};

}  // namespace zanhu::test
