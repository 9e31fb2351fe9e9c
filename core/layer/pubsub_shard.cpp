#include "core/layer/pubsub_shard.h"

#include <algorithm>
#include <deque>
#include <utility>

#include <zanhu/errors.h>
#include <zanhu/limited_log.h>

#include "core/layer/pubsub_layer.h"
#include "core/redis/command.h"

namespace zanhu::layer {

namespace {

LimitedLog log("zanhu.layer");

constexpr std::size_t k_lot = 1000;  // channels that one command subscribes to

redis::ConnectionOptions named(redis::ConnectionOptions options, const char* purpose, bool subscribes) {
    options.name = options.name + "-" + purpose;
    options.subscribes = subscribes;
    return options;
}

/// A pattern (Redis: PSUBSCRIBE) for everything that begins with that text.
std::string pattern_of(std::string_view beginning) {
    std::string pattern;
    for (const char c : beginning) {
        if (c == '*' || c == '?' || c == '[' || c == ']' || c == '\\') pattern += '\\';
        pattern += c;
    }
    return pattern + "*";
}

}  // namespace

PubSubShard::PubSubShard(PubSubLayer& layer, std::size_t index, WorkerPool& resolver)
    : layer_(layer),
      index_(index),
      commands_listener_(*this),
      commands_(layer.node_.loop,
                resolver,
                named(layer.node_.options.hosts[index], "commands", false),
                &commands_listener_),
      arrivals_(layer.node_.loop, resolver, named(layer.node_.options.hosts[index], "pubsub", true), this) {}

void PubSubShard::start() {
    commands_.start();
    arrivals_.start();
}

Task<void> PubSubShard::stop() {
    co_await arrivals_.stop();
    co_await commands_.stop();
}

Task<std::size_t> PubSubShard::publish(std::string channel, std::string payload) {
    const redis::Reply reply = co_await commands_.call(redis::command("PUBLISH", channel, payload));
    co_return static_cast<std::size_t>(reply.number());
}

Task<std::size_t> PubSubShard::publish_behind(std::string first_channel,
                                              std::string first,
                                              std::string channel,
                                              std::string payload) {
    redis::Call ahead(commands_, redis::command("PUBLISH", first_channel, first));
    co_await publish(std::move(channel), std::move(payload));
    const redis::Reply reply = co_await ahead;
    co_return static_cast<std::size_t>(reply.number());
}

Task<void> PubSubShard::subscribe(std::string channel) {
    co_await arrivals_.call(redis::command("SUBSCRIBE", channel));
}

Task<void> PubSubShard::unsubscribe(std::string channel) {
    co_await arrivals_.call(redis::command("UNSUBSCRIBE", channel));
}

// Commands of one connection are carried out in their order: a reply comes when what was subscribed to before
// is.
Task<void> PubSubShard::settled() {
    if (settled_) co_return;
    co_await arrivals_.call(redis::command("PING"));
    if (!settled_) throw BackendUnavailable("channels of Redis cannot be subscribed to; see the log");
}

void PubSubShard::on_ready() {
    layer_.tasks_.start(settle());
}

void PubSubShard::on_down(const std::string& why) {
    if (layer_.ending_) return;
    settled_ = false;
    gap_ = true;
    layer_.on_lost(index_, why);
    report(why);
}

void PubSubShard::on_message(std::string channel, std::string payload) {
    layer_.dispatcher_.push(std::move(channel), std::move(payload));
}

// All commands are sent before anything is awaited, so that they go ahead of those that wait for this
// connection.
Task<void> PubSubShard::settle() {
    const auto occupied = layer_.groups_.occupied();
    const std::vector<std::string> channels = layer_.channels_of(index_, occupied);
    std::deque<redis::Call> calls;
    calls.emplace_back(arrivals_, redis::command("PSUBSCRIBE", pattern_of(layer_.groups_.prefix())));
    for (std::size_t first = 0; first < channels.size(); first += k_lot) {
        const std::size_t count = std::min(k_lot, channels.size() - first);
        std::vector<std::string> words(1, "SUBSCRIBE");
        words.insert(words.end(),
                     channels.begin() + static_cast<std::ptrdiff_t>(first),
                     channels.begin() + static_cast<std::ptrdiff_t>(first + count));
        calls.emplace_back(arrivals_, redis::encode(words), std::chrono::milliseconds{}, count);
    }
    std::string problem;
    try {
        for (redis::Call& call : calls) {
            const redis::Reply reply = co_await call;
            if (reply.is_error()) problem = "channels cannot be subscribed to: " + reply.text();
        }
    } catch (const BackendUnavailable&) {
        co_return;  // the connection logs it; the next one settles
    }
    if (!problem.empty()) {
        log.error(problem);
        report(problem);
        co_return;
    }
    settled_ = true;
    layer_.on_settled(index_, occupied);
    report();
}

// Consumers that are told of a gap may answer with messages, so both connections have to work.
void PubSubShard::report(const std::string& why) {
    if (settled_ && commands_.ready()) {
        layer_.set_problem(index_, {});
        if (std::exchange(gap_, false)) layer_.dispatcher_.push_gap();
    } else if (!why.empty()) {
        layer_.set_problem(index_, "Redis at " + commands_.options().target.description() + ": " + why);
    }
}

}  // namespace zanhu::layer
