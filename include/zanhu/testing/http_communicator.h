#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <zanhu/testing/application_run.h>

namespace zanhu::testing {

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
/// say what the body is, then run(); or start(), for a response that comes in pieces. Owned by the test; its
/// thread only.
class HttpCommunicator : public ApplicationRun {
public:
    HttpCommunicator(Application& application, TestLoop& loop, std::string path = "/");
    /// Disconnects and waits, if the application has begun and not ended.
    ~HttpCommunicator();

    /// The body in one piece; by default there is none.
    void set_body(std::string body) { set_body_pieces({std::move(body)}); }
    void set_body_pieces(std::vector<std::string> pieces) { pieces_ = std::move(pieces); }
    /// The client goes away when it has sent its pieces, the last of which then is not the body's end.
    void vanish() { vanishes_ = true; }

    /// Runs the application to its end. What it throws, or gives to Link::fail, comes out here. Throws
    /// std::runtime_error when it sends out of order.
    HttpResponse run();

    /// Begins the application and runs it until it rests.
    void start();
    /// The next piece of the body; runs the application until there is one. Throws std::runtime_error when
    /// the response, or the application, ends instead.
    std::string receive_body();
    /// Whether the application has come to rest without another piece of the body.
    bool receive_nothing();
    /// What was answered so far.
    const HttpResponse& response() const noexcept;
    /// An event of the channel layer that comes from no group.
    DeliverResult push(LayerMessage message);
    /// The client stops reading: sends are queued and their senders wait. False lets them go on.
    void stall(bool stalled);
    /// The client goes away now; runs the application until it rests.
    void disconnect();
    /// Runs the application to its end, as run() does.
    void wait();

private:
    class RequestLink;

    std::vector<std::string> pieces_{std::string()};
    bool vanishes_ = false;
    std::unique_ptr<RequestLink> link_;
};

}  // namespace zanhu::testing
