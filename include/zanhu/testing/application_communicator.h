#pragma once

#include <memory>

#include <zanhu/testing/application_run.h>

namespace zanhu::testing {

/// Drives any application, of any scope type, event by event (Channels: ApplicationCommunicator). It knows no
/// rules of a protocol: what is sent to it arrives, and what it sends comes out, in order. Fill scope()
/// first; the application begins with the first call behind that. Owned by the test; its thread only.
class ApplicationCommunicator : public ApplicationRun {
public:
    ApplicationCommunicator(Application& application, TestLoop& loop, ScopeType type);
    /// Sends Disconnect and waits, if the application has begun and not ended.
    ~ApplicationCommunicator();

    /// One event for the application. Behind a Disconnect its receive() throws Cancelled.
    void send_input(Event event);
    /// The next command that it sends; runs it until there is one. Throws std::runtime_error when it ends
    /// instead.
    Command receive_output();
    /// Whether it has come to rest without a command.
    bool receive_nothing();
    /// Runs it to its end. What it throws, or gives to Link::fail, comes out here.
    void wait();

private:
    class PlainLink;

    void start();

    std::unique_ptr<PlainLink> link_;
    bool started_ = false;
};

}  // namespace zanhu::testing
