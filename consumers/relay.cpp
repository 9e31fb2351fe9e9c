#include "consumers/relay.h"

#include <limits>
#include <utility>

#include <zanhu/limited_log.h>

namespace zanhu::consumers {

namespace {

LimitedLog relay_log("zanhu.consumers");
LimitedLog lost_log("zanhu.consumers");

struct Refusal {
    CloseCode code;
    const char* reason;
};

/// Keys that a layer keeps for itself, in every layer of the Channels family.
bool is_private_key(std::string_view key) {
    return key.starts_with("__");
}

/// Puts a client's message into the event. What the server says of the sender is set later, and so stands.
std::optional<Refusal> put_message(RelayOptions::Takes takes, Receive& message, LayerMessage& event) {
    if (takes != RelayOptions::Takes::any && !message.is_text())
        return Refusal{CloseCode::unsupported_data, "text only"};
    if (takes != RelayOptions::Takes::json) {
        if (message.is_text()) {
            event.set("text", std::move(message.data));
        } else {
            event.set("bytes", Bytes(std::move(message.data)));
        }
        return std::nullopt;
    }
    const std::optional<Value> content = parse_json(message.data);
    const ValueMap* fields = content ? content->as<ValueMap>() : nullptr;
    if (fields == nullptr) return Refusal{CloseCode::invalid_payload, "not a JSON object"};
    for (const auto& [key, value] : *fields) {
        if (is_private_key(key)) return Refusal{CloseCode::invalid_payload, "a key that begins with __"};
        if (key != "type") event.set(key, value);
    }
    return std::nullopt;
}

/// `code` of websocket.close, or `close` of websocket.send, which may be True.
CloseCode close_code(const Value& value) {
    const std::int64_t* code = value.as<std::int64_t>();
    if (code == nullptr) return CloseCode::normal;
    const bool fits = *code >= 0 && *code <= std::numeric_limits<std::uint16_t>::max();
    // One that cannot be sent is reported by the connection.
    return fits ? static_cast<CloseCode>(*code) : CloseCode::no_status;
}

bool wants_close(const Value* value) {
    if (value == nullptr || value->is_nil()) return false;
    const bool* flag = value->as<bool>();
    return flag == nullptr || *flag;
}

const std::string* bytes_of(const LayerMessage& message) {
    const Value* value = message.find("bytes");
    const Bytes* bytes = value == nullptr ? nullptr : value->as<Bytes>();
    return bytes == nullptr ? nullptr : &bytes->data;
}

class RelayApplication final : public Application {
public:
    RelayApplication(std::shared_ptr<const RelayOptions> options, Services& services) noexcept
        : options_(std::move(options)), services_(services) {}
    Task<void> run(Scope& scope, Link& link) override {
        return ConsumerBase::serve(
            std::make_unique<RelayConsumer>(*options_), scope, link, services_, options_->strict);
    }

private:
    const std::shared_ptr<const RelayOptions> options_;
    Services& services_;
};

}  // namespace

Task<void> RelayConsumer::connect() {
    for (const GroupPattern& pattern : options_.groups) {
        const std::optional<std::string> group = pattern.name(scope(), user(), services().site());
        if (!group) throw DenyConnection();
        co_await channel_layer().group_add(*group, channel());
    }
    co_await accept();
}

Task<void> RelayConsumer::receive(Receive message) {
    if (options_.on_message == RelayOptions::OnMessage::ignore) co_return;
    if (options_.on_message == RelayOptions::OnMessage::echo) {
        co_await link().send(Send(message.kind, std::move(message.data)));
    } else {
        co_await pass_on(std::move(message));
    }
}

bool RelayConsumer::may_send() const noexcept {
    switch (options_.who) {
        case RelayOptions::Who::anybody:
            return true;
        case RelayOptions::Who::authenticated:
            return user().is_authenticated();
        case RelayOptions::Who::staff:
            return user().is_staff;
        case RelayOptions::Who::superuser:
            return user().is_superuser;
    }
    return false;
}

Task<void> RelayConsumer::pass_on(Receive message) {
    if (!may_send()) {
        co_await close(CloseCode::policy_violation, "not allowed to send here");
        co_return;
    }
    LayerMessage event(options_.event);
    const std::optional<Refusal> refusal = put_message(options_.takes, message, event);
    if (refusal) {
        co_await close(refusal->code, refusal->reason);
        co_return;
    }
    if (options_.on_message == RelayOptions::OnMessage::group) {
        co_await to_group(std::move(event));
    } else {
        co_await to_channel(std::move(event));
    }
}

Task<void> RelayConsumer::to_group(LayerMessage event) {
    std::optional<std::string> group = options_.group->name(scope(), user(), services().site());
    if (!group) {
        co_await close(CloseCode::policy_violation, "not allowed to send here");
        co_return;
    }
    event.set("sender", user().is_anonymous() ? Value() : Value(user().username()));
    std::string problem;
    try {
        co_await channel_layer().group_send(std::move(*group), std::move(event));
    } catch (const BackendUnavailable& error) {
        problem = error.what();
    }
    if (!problem.empty()) co_await not_passed_on(std::move(problem));
}

Task<void> RelayConsumer::to_channel(LayerMessage event) {
    event.set("reply_channel", channel_name())
        .set("user_id", user().is_anonymous() ? Value() : Value(user().id()))
        .set("username", user().is_anonymous() ? Value() : Value(user().username()))
        .set("kwargs", scope().url_route.kwargs)
        .set("path", scope().path);
    std::string problem;
    try {
        co_await channel_layer().send(options_.channel, std::move(event));
    } catch (const ChannelFull& error) {
        problem = error.what();
    } catch (const BackendUnavailable& error) {
        problem = error.what();
    }
    if (!problem.empty()) co_await not_passed_on(std::move(problem));
}

Task<void> RelayConsumer::not_passed_on(std::string problem) {
    lost_log.warning("a message of " + scope().path +
                     (options_.close_when_full ? " closes its socket with 1013: " : " is dropped: ") +
                     problem);
    if (options_.close_when_full)
        co_await close(CloseCode::try_again_later, "messages are not passed on now");
}

Task<void> RelayConsumer::forward_text(const SharedMessage& message) {
    if (const std::string* text = message->fields().find_text("text")) {
        co_await send_text(*text);
    } else {
        relay_log.warning("an event '" + message->type() + "' for " + scope().path +
                          " has no text under `text`: ignored");
    }
}

Task<void> RelayConsumer::forward_bytes(const SharedMessage& message) {
    if (const std::string* bytes = bytes_of(*message)) {
        co_await send_bytes(*bytes);
    } else {
        relay_log.warning("an event '" + message->type() + "' for " + scope().path +
                          " has no bytes under `bytes`: ignored");
    }
}

Task<void> RelayConsumer::reply_send(const SharedMessage& message) {
    const Value* closes = message->find("close");
    if (const std::string* text = message->fields().find_text("text")) {
        co_await send_text(*text);
    } else if (const std::string* bytes = bytes_of(*message)) {
        co_await send_bytes(*bytes);
    } else if (!wants_close(closes)) {
        relay_log.warning("a reply websocket.send for " + scope().path +
                          " has neither text nor bytes: ignored");
    }
    if (wants_close(closes)) co_await close(close_code(*closes));
}

Task<void> RelayConsumer::reply_close(const SharedMessage& message) {
    const Value* code = message->find("code");
    std::string reason(message->text("reason"));
    const CloseCode sent = code == nullptr ? CloseCode::normal : close_code(*code);
    co_await close(sent, std::move(reason));
}

std::span<const std::string_view> RelayConsumerFactory::needs() const {
    static constexpr std::string_view k_user[] = {"user"};
    if (options_ == nullptr || !options_->needs_user()) return {};
    return k_user;
}

void RelayConsumerFactory::configure(const ConfigView& section, Services& services) {
    services_ = &services;
    options_ = std::make_shared<const RelayOptions>(RelayOptions::from(section, services));
}

std::unique_ptr<Application> RelayConsumerFactory::make() const {
    return std::make_unique<RelayApplication>(options_, *services_);
}

}  // namespace zanhu::consumers
