#include "web/message_handlers.h"

#include <charconv>
#include <optional>

#include "web/message_json.h"
#include "web/message_text.h"
#include "web/refusal.h"

namespace zanhu::web {
namespace {

constexpr std::size_t k_page_limit = 200;
constexpr std::size_t k_missed_limit = 500;
constexpr Refusal k_no_such_person{404, "no_such_person", "message_no_recipient"};

std::string_view parameter(const Form& query, std::string_view name) {
    return query.find(name).value_or(std::string_view());
}

/// Fills after, before and limit from the query; false when one of them cannot be read. `most` is the limit's
/// ceiling.
bool read_range(const Form& query, std::size_t otherwise, std::size_t most, MessageQuery& wanted) {
    for (auto [name, target] : {std::pair("after", &wanted.after), std::pair("before", &wanted.before)}) {
        const std::string_view given = parameter(query, name);
        if (given.empty()) continue;
        std::optional<std::string> time = normal_time(given);
        if (!time) return false;
        *target = std::move(*time);
    }
    wanted.limit = otherwise;
    if (const std::string_view given = parameter(query, "limit"); !given.empty()) {
        const auto read = std::from_chars(given.data(), given.data() + given.size(), wanted.limit);
        if (read.ec != std::errc() || read.ptr != given.data() + given.size() || wanted.limit == 0)
            return false;
    }
    wanted.limit = std::min(wanted.limit, most);
    return true;
}

}  // namespace

Task<Response> list_people(SiteContext& context, const Request& request) {
    const std::vector<Conversation> conversations =
        co_await context.services.messages().conversations(request.user().username());
    ValueList people;
    people.reserve(conversations.size());
    for (const Conversation& conversation : conversations)
        people.emplace_back(conversation_map(conversation));
    ValueMap body;
    body.set("people", std::move(people));
    co_return json_response(200, body);
}

Task<Response> list_messages(SiteContext& context, const Request& request) {
    const Form* query = request.query();
    MessageQuery wanted;
    if (query == nullptr || !read_range(*query, 50, k_page_limit, wanted)) {
        co_return refuse(context, request, k_bad_request);
    }
    wanted.user = request.user().username();
    wanted.with = parameter(*query, "with");
    if (wanted.with.empty()) co_return refuse(context, request, k_bad_request);
    const std::string with = wanted.with;
    const MessagePage page = co_await context.services.messages().find(std::move(wanted));
    if (page.messages.empty()) {
        // An old conversation stays readable after the other's account was disabled, so only here it matters
        // who exists.
        const std::optional<User> person = co_await context.services.accounts().find_by_username(with);
        if (!person) co_return refuse(context, request, k_no_such_person);
    }
    co_return json_response(200, page_map(page));
}

Task<Response> list_missed(SiteContext& context, const Request& request) {
    const Form* query = request.query();
    MessageQuery wanted;
    if (query == nullptr || !read_range(*query, k_missed_limit, k_missed_limit, wanted) ||
        wanted.after.empty()) {
        co_return refuse(context, request, k_bad_request);
    }
    wanted.user = request.user().username();
    const MessagePage page = co_await context.services.messages().find(std::move(wanted));
    co_return json_response(200, page_map(page));
}

Task<Response> mark_read(SiteContext& context, const Request& request) {
    if (!request.has_content_type("application/json")) co_return refuse(context, request, k_unsupported_type);
    const std::optional<Value> json = parse_json(request.body());
    const ValueMap* map = json ? json->as<ValueMap>() : nullptr;
    const std::string* with = map == nullptr ? nullptr : map->find_text("with");
    if (with == nullptr || with->empty()) co_return refuse(context, request, k_bad_request);
    co_await context.services.messages().mark_read(request.user().username(), *with);
    co_return no_content_response();
}

}  // namespace zanhu::web
