#include <Poco/Logger.h>

#include <exception>
#include <utility>
#include <variant>

#include <zanhu/consumer.h>
#include <zanhu/errors.h>
#include <zanhu/limited_log.h>

namespace zanhu {

namespace {

LimitedLog unknown_log("zanhu.consumers");
LimitedLog disconnect_log("zanhu.consumers");

// They go to every open socket, whether its consumer is interested or not.
bool is_for_everybody(std::string_view type) {
    return type == "broadcast.message" || type == "layer.reconnected";
}

/// The channel layer was away, and is configured to have sockets connect again ([channel_layer] on_gap).
bool asks_to_close(const LayerMessage& message) {
    if (message.type() != "layer.reconnected") return false;
    const Value* close = message.find("close");
    return close != nullptr && *close == Value(true);
}

constexpr KeySpec k_consumer_keys[] = {
    {.key = "strict",
     .kind = ValueKind::boolean,
     .default_value = "no",
     .help = "an event for which the consumer has no handler closes the socket with 1011, as in Channels, "
             "instead of being logged and ignored"},
};

}  // namespace

std::span<const KeySpec> consumer_keys() {
    return k_consumer_keys;
}

const EventHandlers& ConsumerBase::handlers() const {
    static const EventHandlers none;
    return none;
}

const User& ConsumerBase::user() const noexcept {
    static const User anonymous;
    const User* user = scope_->find<User>("user");
    return user == nullptr ? anonymous : *user;
}

const Channel& ConsumerBase::channel() {
    if (!channel_) channel_ = channel_layer().open_channel(*this);
    return channel_;
}

Task<void> ConsumerBase::serve(
    std::unique_ptr<ConsumerBase> consumer, Scope& scope, Link& link, Services& services, bool strict) {
    consumer->scope_ = &scope;
    consumer->link_ = &link;
    consumer->services_ = &services;
    consumer->strict_ = strict;
    link.attach(consumer.get());
    return live(std::move(consumer));
}

Task<void> ConsumerBase::live(std::unique_ptr<ConsumerBase> consumer) {
    Link& link = *consumer->link_;
    std::exception_ptr failure;
    for (;;) {
        Event event = co_await link.receive();
        if (auto* disconnect = std::get_if<Disconnect>(&event)) {
            co_await consumer->end(std::move(*disconnect));
            co_return;
        }
        if (failure) continue;  // closed, or refused: only Disconnect matters now
        try {
            co_await consumer->dispatch(event);
        } catch (const Cancelled&) {
            // A wait that ended with the connection: Disconnect comes next. Any other is the handler's own
            // failure.
            if (!link.token().cancelled()) failure = std::current_exception();
        } catch (...) {
            failure = std::current_exception();
        }
        if (failure) link.fail(failure);
    }
}

Task<void> ConsumerBase::join_groups() {
    for (const std::string& group : groups)
        co_await channel_layer().group_add(group, channel());
}

Task<void> ConsumerBase::dispatch(Event& event) {
    if (std::holds_alternative<SharedMessage>(event)) return dispatch_layer_message(event);
    const EventHandlers::Entry* entry = handlers().find(event, scope_->type == ScopeType::http);
    if (entry != nullptr) return entry->function(*this, event);
    unknown_event(std::holds_alternative<Connect>(event)   ? "websocket.connect"
                  : std::holds_alternative<Receive>(event) ? "websocket.receive"
                                                           : "http.request");
    return nothing();
}

Task<void> ConsumerBase::dispatch_disconnect(Disconnect event) {
    Event last(std::move(event));
    const EventHandlers::Entry* entry = handlers().find(last, scope_->type == ScopeType::http);
    if (entry != nullptr) co_await entry->function(*this, last);
}

Task<void> ConsumerBase::dispatch_layer_message(Event& event) {
    const SharedMessage& message = std::get<SharedMessage>(event);
    const EventHandlers::Entry* entry = handlers().find(message->type());
    if (entry == nullptr) {
        if (has_to_close(*message)) return close_after_gap();
        // deliver() has asked before; a worker's messages come without it.
        unknown_event(message->type());
        return nothing();
    }
    return entry->function == nullptr ? forward(message) : entry->function(*this, event);
}

bool ConsumerBase::has_to_close(const LayerMessage& message) const {
    return scope_->type == ScopeType::websocket && asks_to_close(message);
}

Task<void> ConsumerBase::close_after_gap() {
    co_await link_->send(Close(CloseCode::service_restart, "messages may be missing"));
}

Task<void> ConsumerBase::nothing() {
    co_return;
}

Task<void> ConsumerBase::forward(const SharedMessage& message) {
    co_await link_->send(SendShared(message));
}

void ConsumerBase::unknown_event(std::string_view type) const {
    if (is_for_everybody(type)) return;
    const std::string problem = "the consumer for " + scope_->path + " has no handler for '" +
                                std::string(type) +
                                "'; what it handles stands in its table, or in `forward` of a RelayConsumer";
    if (strict_) throw Error(problem);
    unknown_log.warning(problem + ": ignored");
}

Task<void> ConsumerBase::end(Disconnect event) {
    link_->attach(nullptr);
    channel_ = Channel();
    try {
        co_await dispatch_disconnect(std::move(event));
    } catch (const StopConsumer&) {
        // what it is about to do anyway
    } catch (const Cancelled&) {
        // a wait with the connection's token: the connection is gone, which disconnect() was told
    } catch (const std::exception& error) {
        disconnect_log.error("a disconnect handler for " + scope_->path + " failed: " + error.what());
    }
}

DeliverResult ConsumerBase::deliver(const SharedMessage& message) {
    try {
        const EventHandlers::Entry* entry = handlers().find(message->type());
        if (entry != nullptr)
            return entry->function == nullptr ? link_->forward(message) : link_->push(message);
        if (has_to_close(*message)) return link_->push(message);
        unknown_event(message->type());
        return DeliverResult::ignored;
    } catch (...) {
        // An event that no JSON can carry, or that a strict consumer does not know, or handlers() that
        // throws: neither the sender nor the other receivers must pay for it.
        link_->fail(std::current_exception());
        return DeliverResult::refused;
    }
}

}  // namespace zanhu
