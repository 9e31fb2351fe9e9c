#include "core/layer/redis_dispatcher.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

#include <zanhu/errors.h>
#include <zanhu/limited_log.h>
#include <zanhu/next_turn.h>

#include "core/base/metrics.h"

namespace zanhu::layer {

namespace {

Counter unreadable("layer_unreadable_total",
                   "Messages in Redis that could not be read: another serializer or key, or damaged");
Counter unknown("layer_unknown_receivers_total", "Receivers named in a message that are not here any more");
LimitedLog log("zanhu.layer");

// So long the loop is kept from what else it has to do, among it taking more from Redis.
constexpr std::chrono::milliseconds k_turn{1};

std::uint64_t parse_number(std::string_view digits) {
    std::uint64_t number = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, number, 16);
    return error == std::errc() && stop == end ? number : 0;
}

}  // namespace

bool take_receivers(ValueMap& fields, std::vector<std::string>& names) {
    const Value* value = fields.find(k_channel_key);
    if (value == nullptr) return false;
    if (const auto* name = value->as<std::string>()) names.push_back(*name);
    if (const auto* list = value->as<ValueList>()) {
        for (const Value& item : *list) {
            if (const auto* name = item.as<std::string>()) names.push_back(*name);
        }
    }
    fields.remove(k_channel_key);
    return !names.empty();
}

Task<void> RedisDispatcher::run(CancelToken token) {
    auto begun = std::chrono::steady_clock::now();
    while (!token.cancelled()) {
        if (backlog_.empty()) {
            co_await backlog_.arrivals().wait();
            node_.loop.flush_output();  // the receivers ask for more while this delivers
            begun = std::chrono::steady_clock::now();
            continue;
        }
        try {
            co_await deliver(backlog_.pop());
        } catch (const std::exception& error) {
            unreadable.add();
            log.warning("a message from Redis was not delivered: " + std::string(error.what()));
        }
        if (std::chrono::steady_clock::now() - begun < k_turn) continue;
        NextTurn next_turn(node_.loop);
        co_await next_turn;
        begun = std::chrono::steady_clock::now();
    }
}

Task<void> RedisDispatcher::deliver(std::string bytes) {
    std::optional<ValueMap> fields = node_.codec.open(bytes);
    if (!fields) {
        throw Error(
            "it cannot be read; serializer_format, random_prefix_length and symmetric_encryption_keys "
            "must be the same everywhere, and clocks right");
    }
    std::vector<std::string> names;
    if (!take_receivers(*fields, names)) throw Error("it names no receiver");
    const std::string* asked = fields->find_text(k_reply_key);
    const std::string reply_to = asked == nullptr ? std::string() : *asked;
    fields->remove(k_reply_key);
    if (fields->find_text("type") == nullptr) throw Error("it has no type");
    if (node_.groups.is_own(names.front()) && local_part(names.front()) == k_node_channel) {
        tasks_.start(nodes_.take(std::move(*fields), reply_to));
        co_return;
    }
    ProcessGroups::Targets targets;
    for (const std::string& name : names)
        add_target(name, targets);
    SharedMessage message(LayerMessage::from(std::move(*fields)));
    const std::size_t taken = co_await node_.groups.deliver(std::move(targets), std::move(message));
    if (!reply_to.empty()) tasks_.start(nodes_.answer(reply_to, taken));
}

void RedisDispatcher::add_target(const std::string& name, ProcessGroups::Targets& targets) {
    if (node_.groups.is_own(name)) {
        std::string local(local_part(name));
        if (local.starts_with("g.")) {
            if (auto group = node_.groups.group_of(parse_number(std::string_view(local).substr(2)))) {
                const auto& groups = targets.groups;
                if (std::find(groups.begin(), groups.end(), *group) == groups.end())
                    targets.groups.push_back(std::move(*group));
                return;
            }
        } else if (node_.groups.is_channel(local)) {
            targets.channels.push_back(std::move(local));
            return;
        }
    }
    unknown.add();
}

}  // namespace zanhu::layer
