#include <deque>
#include <stdexcept>
#include <utility>

#include <zanhu/testing/application_communicator.h>

#include "testing/communicator_link.h"

namespace zanhu::testing {

/// Two queues.
class ApplicationCommunicator::PlainLink final : public CommunicatorLink {
public:
    using CommunicatorLink::CommunicatorLink;

    SendAwaiter send(Command command) override {
        if (is_gone()) return SendAwaiter(SendResult::closed);
        commands.push_back(std::move(command));
        return SendAwaiter(SendResult::sent);
    }
    void fail(const std::exception_ptr& error) override {
        keep(error);
        deliver(Disconnect(CloseCode::internal_error));
    }

    std::deque<Command> commands;
};

ApplicationCommunicator::ApplicationCommunicator(Application& application, TestLoop& loop, ScopeType type)
    : ApplicationRun(application, loop), link_(std::make_unique<PlainLink>(loop)) {
    scope().type = type;
}

ApplicationCommunicator::~ApplicationCommunicator() {
    if (!started_) return;
    link_->deliver(Disconnect(CloseCode::abnormal));
    run_out();
}

void ApplicationCommunicator::start() {
    if (!std::exchange(started_, true)) begin(*link_);
}

void ApplicationCommunicator::send_input(Event event) {
    start();
    link_->deliver(std::move(event));
}

Command ApplicationCommunicator::receive_output() {
    start();
    loop().run_until([this] { return !link_->commands.empty() || ended(); });
    if (link_->commands.empty())
        throw std::runtime_error("the application has ended without another command");
    Command command = std::move(link_->commands.front());
    link_->commands.pop_front();
    return command;
}

bool ApplicationCommunicator::receive_nothing() {
    start();
    loop().run_pending();
    return link_->commands.empty();
}

void ApplicationCommunicator::wait() {
    start();
    run_to_end();
    if (link_->failure) std::rethrow_exception(link_->failure);
}

}  // namespace zanhu::testing
