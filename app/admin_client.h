#pragma once

#include <cstdint>
#include <span>
#include <string>

#include <zanhu/task.h>

#include "core/admin/line_reader.h"
#include "core/admin/message.h"
#include "core/net/stream.h"
#include "core/net/timer_wheel.h"

namespace zanhu::app {

class AdminServer;

/// One connection to the admin socket: one request after the other, each a coroutine that this object is the
/// root of. Owned by the AdminServer, which frees it when the connection is closed and the coroutine has
/// ended. Loop thread only.
class AdminClient final : private net::Stream::Owner {
public:
    AdminClient(AdminServer& server, net::Descriptor descriptor);
    AdminClient(const AdminClient&) = delete;
    AdminClient& operator=(const AdminClient&) = delete;
    ~AdminClient();

    /// No further request; one that is under way is answered first.
    void stop();

private:
    enum class State : std::uint8_t {
        waiting,   // for a request
        handling,  // it; the timer is its deadline
        closing,   // the last answer is written, the client has a moment to take it
        closed,
    };

    void on_bytes(std::span<char> bytes) override;
    void on_drained() override { close_if_taken(); }
    void on_end(net::Stream::End end) override;

    void take_line(const std::string& line);
    void start(admin::Request request);
    Task<admin::Reply> handle(admin::Request request);
    void ended();
    admin::Reply result();
    void answer(const admin::Reply& reply);
    /// Answers and closes.
    void refuse(admin::Failure why, std::string message);
    void finish();
    void close_if_taken();
    void close();
    void time_out();
    void remove_if_done();

    AdminServer& server_;
    net::Stream stream_;
    net::Timer timer_;
    admin::LineReader lines_;
    Task<admin::Reply> task_;
    State state_ = State::waiting;
    bool running_ = false;  // task_ has been started and is not freed yet
};

}  // namespace zanhu::app
