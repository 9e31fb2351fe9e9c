#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <zanhu/application.h>
#include <zanhu/components.h>
#include <zanhu/services.h>

namespace zanhu {

class WebsocketConsumerBase;

/// Which types of layer events a consumer class handles, and with what: one constant table a class. Types
/// that are not in it are ignored and counted (Channels calls any method of that name, and ends the
/// connection when there is none).
class EventHandlers {
public:
    /// `Task<void> Self::handler(const SharedMessage&)`, which runs like every handler: one at a time.
    template <auto Handler>
    EventHandlers& on(std::string type) {
        return add(std::move(type), &call<Handler>);
    }
    /// Sends the event's JSON to the client as it is, without resuming the consumer.
    EventHandlers& forward(std::string type) { return add(std::move(type), nullptr); }

    using Function = Task<void> (*)(WebsocketConsumerBase&, const SharedMessage&);
    struct Entry {
        std::string type;
        Function function;  ///< null: forward
    };
    const Entry* find(std::string_view type) const noexcept;

private:
    template <class Self>
    static Self& self_of(Task<void> (Self::*)(const SharedMessage&), WebsocketConsumerBase& consumer) {
        return static_cast<Self&>(consumer);
    }
    template <auto Handler>
    static Task<void> call(WebsocketConsumerBase& consumer, const SharedMessage& message) {
        return (self_of(Handler, consumer).*Handler)(message);
    }
    EventHandlers& add(std::string type, Function function);

    std::vector<Entry> entries_;
};

/// What every WebSocket consumer has: its connection, its channel, its groups, and the life cycle. One object
/// a connection, owned by the application that serve() is; lives on the connection's loop. Derive from
/// AsyncWebsocketConsumer or WebsocketConsumer instead.
class WebsocketConsumerBase : private Inbox {
public:
    ~WebsocketConsumerBase() override = default;
    WebsocketConsumerBase(const WebsocketConsumerBase&) = delete;
    WebsocketConsumerBase& operator=(const WebsocketConsumerBase&) = delete;

    /// The whole life of one connection: Connect, events one at a time, Disconnect exactly once after the
    /// groups are left; an exception of a handler closes with 1011 first and is rethrown last.
    static Task<void> serve(std::unique_ptr<WebsocketConsumerBase> consumer,
                            Scope& scope,
                            Link& link,
                            Services& services);

protected:
    WebsocketConsumerBase() = default;

    /// The class's table; by default empty.
    virtual const EventHandlers& handlers() const;
    virtual Task<void> dispatch_connect() = 0;
    virtual Task<void> dispatch_receive(Receive message) = 0;
    virtual Task<void> dispatch_disconnect(CloseCode code) = 0;
    virtual Task<void> dispatch_event(EventHandlers::Function handler, const SharedMessage& message);

    Scope& scope() const noexcept { return *scope_; }
    Link& link() const noexcept { return *link_; }
    Services& services() const noexcept { return *services_; }
    /// The user that AuthMiddleware found; anonymous without it.
    const User& user() const noexcept;
    ChannelLayer& channel_layer() const { return services_->channel_layer(layer_alias); }
    /// This connection's channel, opened on first use.
    const Channel& channel();

    /// Joined before connect, left after the last event. Set in the constructor, or in connect() through the
    /// layer.
    std::vector<std::string> groups;
    std::string layer_alias = "default";

private:
    DeliverResult deliver(const SharedMessage& message) override;
    Task<void> begin();
    Task<void> handle(Event& event);
    Task<void> end(CloseCode code);

    Scope* scope_ = nullptr;
    Link* link_ = nullptr;
    Services* services_ = nullptr;
    Channel channel_;
};

/// A consumer whose handlers are coroutines on the connection's loop (Channels: AsyncWebsocketConsumer). They
/// must not block: use sync_to_async.
class AsyncWebsocketConsumer : public WebsocketConsumerBase {
public:
    /// By default accepts. Neither accepting nor closing leaves the handshake to its deadline.
    virtual Task<void> connect();
    virtual Task<void> receive(Receive message);
    /// Exactly once, also after a denied handshake or an exception. Nothing can be sent any more.
    virtual Task<void> disconnect(CloseCode code);

protected:
    /// `subprotocol` must be one that the client offered. `headers` join the 101.
    SendAwaiter accept(std::string subprotocol = {}, Headers headers = {});
    SendAwaiter send_text(std::string text) { return link().send(Send(MessageKind::text, std::move(text))); }
    SendAwaiter send_bytes(std::string bytes) {
        return link().send(Send(MessageKind::binary, std::move(bytes)));
    }
    /// The event's JSON text, encoded and framed once for all receivers of the event.
    SendAwaiter send_event(const SharedMessage& message) { return link().send(SendShared(message)); }
    /// Before accept the handshake is answered with 403. A code that may not be sent (RFC 6455 7.4) is logged
    /// and becomes 1011.
    SendAwaiter close(CloseCode code = CloseCode::normal, std::string reason = {});

private:
    Task<void> dispatch_connect() final { return connect(); }
    Task<void> dispatch_receive(Receive message) final { return receive(std::move(message)); }
    Task<void> dispatch_disconnect(CloseCode code) final { return disconnect(code); }
};

/// An AsyncWebsocketConsumer that speaks JSON (Channels: AsyncJsonWebsocketConsumer). A binary, empty or
/// invalid message ends the connection with 1011.
class AsyncJsonWebsocketConsumer : public AsyncWebsocketConsumer {
public:
    virtual Task<void> receive_json(Value content);

protected:
    SendAwaiter send_json(const Value& content) { return send_text(to_json(content)); }

private:
    Task<void> receive(Receive message) final;
};

/// A consumer whose handlers may block: they run on the `sync` pool, one at a time (Channels:
/// WebsocketConsumer). What they send is carried out on the connection's loop while the worker waits.
/// deliver(), handlers() and the destructor run on the loop.
class WebsocketConsumer : public WebsocketConsumerBase {
public:
    virtual void connect();
    virtual void receive(Receive message);
    virtual void disconnect(CloseCode code);

protected:
    void accept(std::string subprotocol = {}, Headers headers = {});
    SendResult send_text(std::string text);
    SendResult send_bytes(std::string bytes);
    void close(CloseCode code = CloseCode::normal, std::string reason = {});
    void group_add(std::string group);
    void group_discard(std::string group);
    /// Returns how many members of this process took it.
    std::size_t group_send(std::string group, LayerMessage message);

private:
    Task<void> dispatch_connect() final;
    Task<void> dispatch_receive(Receive message) final;
    Task<void> dispatch_disconnect(CloseCode code) final;
    Task<void> join(std::string group);
    Task<void> leave(std::string group);
    SendResult send(Command command);
};

/// An application that makes one consumer of class C a connection (Channels: as_asgi()).
template <class C>
class ConsumerApplication final : public Application {
public:
    explicit ConsumerApplication(Services& services) : services_(services) {}
    Task<void> run(Scope& scope, Link& link) override {
        return WebsocketConsumerBase::serve(std::make_unique<C>(), scope, link, services_);
    }

private:
    Services& services_;
};

/// The factory of a consumer class that has no settings of its own, for Components::add_application.
template <class C>
class ConsumerFactory final : public ApplicationFactory {
public:
    void configure(const ConfigView&, Services& services) override { services_ = &services; }
    std::unique_ptr<Application> make() const override {
        return std::make_unique<ConsumerApplication<C>>(*services_);
    }

private:
    Services* services_ = nullptr;
};

}  // namespace zanhu
