#pragma once

#include <memory>

#include <zanhu/application.h>
#include <zanhu/testing/test_loop.h>

namespace zanhu::testing {

/// Drives any application, of any scope type, event by event (Channels: ApplicationCommunicator). It knows no
/// rules of a protocol: what is sent to it arrives, and what it sends comes out, in order. Fill scope()
/// first; the application begins with the first call behind that. Owned by the test; its thread only.
class ApplicationCommunicator {
public:
    ApplicationCommunicator(Application& application, TestLoop& loop, ScopeType type);
    ApplicationCommunicator(const ApplicationCommunicator&) = delete;
    ApplicationCommunicator& operator=(const ApplicationCommunicator&) = delete;
    /// Sends Disconnect and waits, if the application has begun and not ended.
    ~ApplicationCommunicator();

    Scope& scope() noexcept { return scope_; }

    /// One event for the application. Behind a Disconnect its receive() throws Cancelled.
    void send_input(Event event);
    /// The next command that it sends; runs it until there is one. Throws std::runtime_error when it ends
    /// instead.
    Command receive_output();
    /// Whether it has come to rest without a command.
    bool receive_nothing();
    /// Runs it to its end. What it throws, or gives to Link::fail, comes out here.
    void wait();
    bool ended() const noexcept { return ended_; }

private:
    class PlainLink;

    void start();

    Application& application_;
    TestLoop& loop_;
    Scope scope_;
    std::unique_ptr<PlainLink> link_;
    Task<void> task_;
    bool started_ = false;
    bool ended_ = false;
};

}  // namespace zanhu::testing
