#include <Poco/Logger.h>

#include <exception>
#include <utility>
#include <variant>

#include <zanhu/consumer.h>
#include <zanhu/errors.h>

namespace zanhu {

namespace {

Poco::Logger& logger() {
    return Poco::Logger::get("zanhu.consumers");
}

/// Leaves nobody pointing to a consumer that is about to be destroyed.
class Attachment {
public:
    Attachment(Link& link, Inbox* inbox) noexcept : link_(link) { link_.attach(inbox); }
    Attachment(const Attachment&) = delete;
    Attachment& operator=(const Attachment&) = delete;
    ~Attachment() { link_.attach(nullptr); }

private:
    Link& link_;
};

}  // namespace

const EventHandlers::Entry* EventHandlers::find(std::string_view type) const noexcept {
    for (const Entry& entry : entries_) {
        if (entry.type == type) return &entry;
    }
    return nullptr;
}

EventHandlers& EventHandlers::add(std::string type, Function function) {
    entries_.push_back(Entry{std::move(type), function});
    return *this;
}

const EventHandlers& WebsocketConsumerBase::handlers() const {
    static const EventHandlers none;
    return none;
}

const User& WebsocketConsumerBase::user() const noexcept {
    static const User anonymous;
    const User* user = scope_->find<User>("user");
    return user == nullptr ? anonymous : *user;
}

const Channel& WebsocketConsumerBase::channel() {
    if (!channel_) channel_ = channel_layer().open_channel(*this);
    return channel_;
}

Task<void> WebsocketConsumerBase::serve(std::unique_ptr<WebsocketConsumerBase> consumer,
                                        Scope& scope,
                                        Link& link,
                                        Services& services) {
    consumer->scope_ = &scope;
    consumer->link_ = &link;
    consumer->services_ = &services;
    const Attachment attachment(link, consumer.get());
    std::exception_ptr failure;
    for (;;) {
        Event event = co_await link.receive();
        if (const auto* disconnect = std::get_if<Disconnect>(&event)) {
            co_await consumer->end(disconnect->code);
            co_return;
        }
        if (failure) continue;  // closed with 1011, or refused with 500: only Disconnect matters now
        try {
            co_await consumer->handle(event);
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

Task<void> WebsocketConsumerBase::handle(Event& event) {
    if (auto* message = std::get_if<Receive>(&event)) return dispatch_receive(std::move(*message));
    if (const auto* shared = std::get_if<SharedMessage>(&event)) {
        const EventHandlers::Entry* entry = handlers().find((*shared)->type());
        return dispatch_event(entry->function, *shared);
    }
    return begin();
}

Task<void> WebsocketConsumerBase::begin() {
    for (const std::string& group : groups)
        co_await channel_layer().group_add(group, channel());
    co_await dispatch_connect();
}

Task<void> WebsocketConsumerBase::end(CloseCode code) {
    channel_ = Channel();
    try {
        co_await dispatch_disconnect(code);
    } catch (const Cancelled&) {
        // a wait with the connection's token: the connection is gone, which disconnect() was told
    } catch (const std::exception& error) {
        logger().error("a disconnect handler for " + scope_->path + " failed: " + error.what());
    }
}

Task<void> WebsocketConsumerBase::dispatch_event(EventHandlers::Function handler,
                                                 const SharedMessage& message) {
    if (handler != nullptr) {
        co_await handler(*this, message);
    } else {
        co_await link_->send(SendShared(message));
    }
}

DeliverResult WebsocketConsumerBase::deliver(const SharedMessage& message) {
    const EventHandlers::Entry* entry = handlers().find(message->type());
    if (entry == nullptr) return DeliverResult::ignored;
    if (entry->function != nullptr) return link_->push(message);
    try {
        return link_->forward(message);
    } catch (const Error&) {
        // An event that no JSON can carry: its sender's mistake, which the other receivers must not pay for.
        link_->fail(std::current_exception());
        return DeliverResult::refused;
    }
}

}  // namespace zanhu
