#include "core/layer/redis_sender.h"

#include <algorithm>
#include <utility>

#include <zanhu/errors.h>
#include <zanhu/limited_log.h>

#include "core/base/metrics.h"
#include "core/layer/node_questions.h"
#include "core/redis/command.h"
#include "core/redis/script.h"

namespace zanhu::layer {

namespace {

Counter sent("layer_redis_sent_total", "Messages written to queues in Redis");
Counter over_capacity("layer_over_capacity_total",
                      "Messages not written because the receiver's queue held its capacity");
LimitedLog log("zanhu.layer");

// KEYS: queues. ARGV: a message for each, a capacity for each, then the time, the eldest time that is kept,
// and the expiry. Returns how many queues were full (channels_redis: group_send_lua).
const redis::Script& send_script() {
    static const redis::Script script(R"(
        local full = 0
        local time, eldest, expiry = ARGV[#ARGV - 2], ARGV[#ARGV - 1], ARGV[#ARGV]
        for i = 1, #KEYS do
            redis.call('ZREMRANGEBYSCORE', KEYS[i], 0, eldest)
            if redis.call('ZCARD', KEYS[i]) < tonumber(ARGV[i + #KEYS]) then
                redis.call('ZADD', KEYS[i], time, ARGV[i])
                redis.call('EXPIRE', KEYS[i], expiry)
            else
                full = full + 1
            end
        end
        return full)");
    return script;
}

}  // namespace

Task<void> RedisSender::send(std::string channel, SharedMessage message) {
    const bool general = channel.find('!') == std::string::npos;
    const std::size_t shard = general ? next_shard_++ % node_.shards.size() : node_.shard_of_channel(channel);
    const WireBody body = node_.codec.body(message->fields());
    const std::int64_t now = node_.next_score();
    const std::int64_t expiry = node_.options.expiry.count();
    std::vector<std::string> keys(1, node_.keys.queue(non_local_part(channel)));
    std::vector<std::string> arguments;
    arguments.push_back(node_.codec.seal(general ? body.with() : body.with(channel)));
    arguments.push_back(std::to_string(node_.capacities.of(channel)));
    arguments.push_back(score_text(now));
    arguments.push_back(std::to_string(now / 1'000'000 - expiry));
    arguments.push_back(std::to_string(expiry));
    const redis::Reply full =
        co_await send_script().run(node_.commands(shard), std::move(keys), std::move(arguments));
    if (full.number() > 0) {
        over_capacity.add();
        throw ChannelFull("the channel '" + channel + "' holds its capacity of " +
                          std::to_string(node_.capacities.of(channel)) +
                          " messages: start more workers or raise [channel_layer] capacity");
    }
    sent.add();
}

Task<std::vector<std::string>> RedisSender::members_of(std::string group) {
    redis::Connection& redis = node_.commands(node_.shard_of_group(group));
    const std::string key = node_.keys.group(group);
    const std::int64_t eldest = node_.next_score() / 1'000'000 - node_.options.group_expiry.count();
    redis::Call trim(redis, redis::command("ZREMRANGEBYSCORE", key, "0", std::to_string(eldest)));
    redis::Reply reply = co_await redis.call(redis::command("ZRANGE", key, "0", "-1"));
    co_await trim;
    std::vector<std::string> names;
    names.reserve(reply.items().size());
    for (redis::Reply& name : reply.items())
        names.push_back(name.take_text());
    co_return names;
}

bool RedisSender::Asking::names(std::string_view channel) const {
    return std::any_of(nodes.begin(), nodes.end(), [channel](const std::string& node) {
        return non_local_part(channel) == "specific." + node + "!";
    });
}

Task<std::vector<std::string>> RedisSender::group_send(std::string group,
                                                       SharedMessage message,
                                                       Asking* asking) {
    const std::vector<std::string> names = co_await members_of(group);
    std::vector<std::string> own;
    std::vector<Queues> shards(node_.shards.size());
    for (const std::string& name : names) {
        if (node_.groups.is_own(name)) {
            own.emplace_back(local_part(name));
            continue;
        }
        const std::string_view receiver = non_local_part(name);
        shards[node_.shard_of_channel(receiver)][node_.keys.queue(receiver)].push_back(name);
    }
    std::size_t full = 0;
    for (std::size_t shard = 0; shard < shards.size(); ++shard) {
        if (!shards[shard].empty()) full += co_await write(shard, std::move(shards[shard]), message, asking);
    }
    if (full > 0) {
        over_capacity.add(full);
        log.warning(std::to_string(full) + " processes of group '" + group +
                    "' hold their capacity and did not get a message");
    }
    co_return own;
}

Task<std::size_t> RedisSender::write(std::size_t shard,
                                     Queues queues,
                                     SharedMessage message,
                                     Asking* asking) {
    const WireBody body = node_.codec.body(message->fields());
    ValueMap fields = message->fields();
    if (asking != nullptr) fields.set(std::string(k_reply_key), asking->reply_to);
    const WireBody asking_body = node_.codec.body(fields);
    const std::int64_t now = node_.next_score();
    const std::int64_t expiry = node_.options.expiry.count();
    std::vector<std::string> keys;
    std::vector<std::string> arguments;
    for (const auto& [queue, names] : queues) {
        keys.push_back(queue);
        const bool asks = asking != nullptr && asking->names(names.front());
        if (asks) ++asking->asked;
        arguments.push_back(node_.codec.seal((asks ? asking_body : body).with(names)));
    }
    for (const auto& [queue, names] : queues)
        arguments.push_back(std::to_string(node_.capacities.of(names.front())));
    arguments.push_back(score_text(now));
    arguments.push_back(std::to_string(now / 1'000'000 - expiry));
    arguments.push_back(std::to_string(expiry));
    const redis::Reply full =
        co_await send_script().run(node_.commands(shard), std::move(keys), std::move(arguments));
    sent.add(queues.size() - static_cast<std::size_t>(full.number()));
    co_return static_cast<std::size_t>(full.number());
}

}  // namespace zanhu::layer
