#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <zanhu/application.h>
#include <zanhu/errors.h>
#include <zanhu/event_handlers.h>
#include <zanhu/services.h>

namespace zanhu {

/// What every consumer has, for any type of scope: its connection, its channel, its groups, and the life
/// cycle. One object a connection, owned by the task that serve() gives; lives on the connection's loop.
/// Derive from one of the classes in zanhu/consumer.h instead.
class ConsumerBase : private Inbox {
public:
    ~ConsumerBase() override = default;
    ConsumerBase(const ConsumerBase&) = delete;
    ConsumerBase& operator=(const ConsumerBase&) = delete;

    /// What its factory tells the configuration that it serves.
    static constexpr ScopeType k_serves = ScopeType::websocket;

    /// The whole life of one connection: events one at a time, Disconnect exactly once after the groups are
    /// left; an exception of a handler ends the connection (Link::fail) and is logged there. `strict`: an
    /// event without a handler is such an exception; otherwise it is logged and ignored.
    static Task<void> serve(std::unique_ptr<ConsumerBase> consumer,
                            Scope& scope,
                            Link& link,
                            Services& services,
                            bool strict = false);

protected:
    ConsumerBase() = default;

    /// The class's table; by default empty.
    virtual const EventHandlers& handlers() const;
    /// Every event but Disconnect; by default to its handler in the table.
    virtual Task<void> dispatch(Event& event);
    /// The last event; the groups are left.
    virtual Task<void> dispatch_disconnect(Disconnect event);
    /// The channel layer of channel(), groups and channel_layer() (Channels: channel_layer_alias).
    virtual std::string_view layer_alias() const { return "default"; }

    Scope& scope() const noexcept { return *scope_; }
    Link& link() const noexcept { return *link_; }
    Services& services() const noexcept { return *services_; }
    /// The user that AuthMiddleware found; anonymous without it.
    const User& user() const noexcept;
    ChannelLayer& channel_layer() const { return services_->channel_layer(layer_alias()); }
    ChannelLayer& channel_layer(std::string_view alias) const { return services_->channel_layer(alias); }
    /// This connection's channel, opened on first use.
    const Channel& channel();
    /// Its name, to which others can send (Channels: self.channel_name).
    std::string channel_name() { return channel().name(); }
    /// A channel of this connection on another layer, for groups there. Keep it as a member.
    Channel open_channel(std::string_view alias) { return channel_layer(alias).open_channel(*this); }

    Task<void> join_groups();
    Task<void> dispatch_layer_message(Event& event);
    /// For an event without a handler: throws when the consumer is strict, and logs it otherwise.
    void unknown_event(std::string_view type) const;
    static Task<void> nothing();
    bool has_channel() const noexcept { return static_cast<bool>(channel_); }

    /// Joined ahead of the first handler, left after the last event. Set in the constructor; in connect() it
    /// is too late: use the layer there.
    std::vector<std::string> groups;

private:
    bool has_to_close(const LayerMessage& message) const;
    Task<void> close_after_gap();
    static Task<void> live(std::unique_ptr<ConsumerBase> consumer);
    DeliverResult deliver(const SharedMessage& message) override;
    Task<void> forward(const SharedMessage& message);
    Task<void> end(Disconnect event);

    Scope* scope_ = nullptr;
    Link* link_ = nullptr;
    Services* services_ = nullptr;
    Channel channel_;
    bool strict_ = false;
};

/// A consumer of raw events whose handlers are coroutines on the connection's loop (Channels: AsyncConsumer).
/// Its table names every event that it handles, `websocket.connect` as well as `chat.message`; it may serve
/// any type of scope. On HTTP it throws StopConsumer when it has answered, or waits for the disconnect.
class AsyncConsumer : public ConsumerBase {
protected:
    /// Any command, as `co_await send(Send(MessageKind::text, "hello"))` (Channels: self.send).
    SendAwaiter send(Command command) { return link().send(std::move(command)); }
};

}  // namespace zanhu
