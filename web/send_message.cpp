#include "web/send_message.h"

#include <Poco/Logger.h>

#include <optional>
#include <utility>
#include <variant>

#include <zanhu/errors.h>
#include <zanhu/names.h>

#include "web/message_json.h"
#include "web/message_text.h"
#include "web/refusal.h"

namespace zanhu::web {
namespace {

constexpr Refusal k_empty{400, "message_empty", "message_empty"};
constexpr Refusal k_to_self{400, "message_to_self", "message_to_self"};
constexpr Refusal k_bad_id{400, "message_bad_id", "message_bad_id"};
constexpr Refusal k_no_recipient{404, "message_no_recipient", "message_no_recipient"};
constexpr Refusal k_id_taken{409, "message_bad_id", "message_bad_id"};
constexpr Refusal k_too_long{413, "message_too_long", "message_too_long"};

using MessageOrRefusal = std::variant<Message, Refusal>;

std::optional<Refusal> text_refusal(const std::string& text) {
    switch (check_text(text)) {
        case TextCheck::good:
            return std::nullopt;
        case TextCheck::blank:
            return k_empty;
        case TextCheck::too_long:
            return k_too_long;
        case TextCheck::unusable:
            return k_bad_request;
    }
    return k_bad_request;
}

MessageOrRefusal read_message(const Request& request) {
    if (!request.has_content_type("application/json")) return k_unsupported_type;
    const std::optional<Value> json = parse_json(request.body());
    const ValueMap* map = json ? json->as<ValueMap>() : nullptr;
    if (map == nullptr) return k_bad_request;
    const std::string* id = map->find_text("id");
    const std::string* to = map->find_text("to");
    const std::string* text = map->find_text("message");
    if (id == nullptr || to == nullptr || text == nullptr) return k_bad_request;
    std::optional<std::string> uuid = normal_uuid(*id);
    if (!uuid) return k_bad_id;
    if (const std::optional<Refusal> refusal = text_refusal(*text)) return *refusal;
    if (*to == request.user().username()) return k_to_self;
    Message message;
    message.id = std::move(*uuid);
    message.sender = request.user().username();
    message.recipient = *to;
    message.text = *text;
    return message;
}

// The message is stored by now: who is not told finds it with the next fetch, so a failure here is the
// operator's to know and not the sender's, who would send it again.
Task<void> tell(ChannelLayer& layer, std::string group, LayerMessage event) {
    try {
        co_await layer.group_send(std::move(group), std::move(event));
    } catch (const Cancelled&) {
        throw;
    } catch (const std::exception& error) {
        Poco::Logger::get("zanhu.web")
            .error("a stored message was not announced: %s", std::string(error.what()));
    }
}

Task<void> tell_both(SiteContext& context, const Message& message) {
    ChannelLayer& layer = context.services.channel_layer();
    const std::string& pattern = context.options().user_group;
    std::string recipient_group = user_group(pattern, message.recipient);
    std::string sender_group = user_group(pattern, message.sender);
    LayerMessage event = receive_event(message);
    co_await tell(layer, std::move(recipient_group), event);
    co_await tell(layer, std::move(sender_group), std::move(event));
}

}  // namespace

Task<Response> send_message(SiteContext& context, const Request& request) {
    MessageOrRefusal read = read_message(request);
    if (const auto* refusal = std::get_if<Refusal>(&read)) co_return refuse(context, request, *refusal);
    Messages& messages = context.services.messages();
    const Messages::StoreResult stored = co_await messages.store(std::move(std::get<Message>(read)));
    switch (stored.outcome) {
        case Messages::Stored::no_such_recipient:
            co_return refuse(context, request, k_no_recipient);
        case Messages::Stored::id_taken:
            co_return refuse(context, request, k_id_taken);
        case Messages::Stored::existed:
            co_return json_response(200, message_map(stored.message));
        case Messages::Stored::created:
            break;
    }
    co_await tell_both(context, stored.message);
    co_return json_response(201, message_map(stored.message));
}

}  // namespace zanhu::web
