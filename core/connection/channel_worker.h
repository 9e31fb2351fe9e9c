#pragma once

#include <coroutine>
#include <cstddef>
#include <deque>
#include <exception>
#include <memory>
#include <string>
#include <utility>

#include <zanhu/application.h>
#include <zanhu/cancellation.h>
#include <zanhu/channel_layer.h>

namespace zanhu::connection {

/// One receiver of a general channel: takes one message after another from the layer, runs the application
/// for the scope of that channel on them, and is its Link (Channels: runworker). The next message is taken
/// when the application waits for one, so none is lost at the end. An application that ends, or fails, is
/// begun anew with the next message; what its own channel was still to bring ends with it. Made by the
/// daemon, on whose loop it lives; it must outlive the loop's run.
class ChannelWorker final : public Link {
public:
    /// `max_waiting`: how many messages for the application's own channel may wait.
    ChannelWorker(EventLoop& loop,
                  ChannelLayer& layer,
                  std::string channel,
                  Application& application,
                  std::size_t max_waiting);
    ~ChannelWorker() override;

    /// Begins to receive; `when_done(context)` is called on the loop, once, when the worker has ended.
    void start(void (*when_done)(void*), void* context);
    /// Takes no more messages; the one in hand is finished, then the application gets Disconnect.
    void stop();

    /// There is nobody to send to: throws ProtocolMisuse.
    SendAwaiter send(Command command) override;
    EventLoop& loop() noexcept override { return loop_; }
    void fail(const std::exception_ptr& error) override;
    /// Cancelled with Disconnect.
    CancelToken token() noexcept override { return gone_->token(); }
    Poll poll(Event& event) override;
    void park(ReceiveAwaiter& waiter) override;
    bool park(SendAwaiter& waiter) override;
    DeliverResult push(const SharedMessage& message) override;
    void attach(Inbox*) noexcept override {}  // an operator's broadcast is for sockets

private:
    class Turn;

    /// A message that the application has not taken yet.
    struct Waiting {
        Waiting(SharedMessage m, bool is_own) : message(std::move(m)), own(is_own) {}
        SharedMessage message;
        bool own;  ///< it came to the application's own channel
    };

    Task<void> run();
    Task<SharedMessage> next_message();
    void hand_over(SharedMessage message);
    void begin_application();
    void application_ended();
    void end_application();
    void leave_behind();
    /// False for StopConsumer, which is no failure.
    bool report(const std::exception_ptr& error);
    void wake();
    void wake_later();
    void go_on_later();

    EventLoop& loop_;
    ChannelLayer& layer_;
    const std::string channel_;
    Application& application_;
    const std::size_t max_waiting_;

    Task<void> receiving_;
    CancelSource stop_;
    std::coroutine_handle<> turn_;  // receiving_, while the application has the word
    bool stopping_ = false;
    bool over_ = false;  // no further message will be taken

    // Of the application that runs now.
    std::unique_ptr<Scope> scope_;
    std::unique_ptr<CancelSource> gone_;
    Task<void> task_;
    std::deque<Waiting> waiting_;
    ReceiveAwaiter* waiter_ = nullptr;
    bool running_ = false;
    bool took_message_ = false;
    bool failed_ = false;
    CloseCode end_code_ = CloseCode::internal_error;  // of the Disconnect when failed_
    bool disconnected_ = false;
    bool wake_scheduled_ = false;
};

}  // namespace zanhu::connection
