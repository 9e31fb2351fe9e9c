#include "core/layer/redis_sender.h"

#include <algorithm>
#include <optional>
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

// Behind what `offset` says of KEYS, queues. ARGV: a message for each, a capacity for each, then the time,
// the eldest time that is kept, and the expiry. Returns how many queues were full (channels_redis:
// group_send_lua).
constexpr char k_write[] = R"(
    local count, full = #KEYS - offset, 0
    local time, eldest, expiry = ARGV[2 * count + 1], ARGV[2 * count + 2], ARGV[2 * count + 3]
    for i = 1, count do
        local queue = KEYS[offset + i]
        redis.call('ZREMRANGEBYSCORE', queue, 0, eldest)
        if redis.call('ZCARD', queue) < tonumber(ARGV[count + i]) then
            redis.call('ZADD', queue, time, ARGV[i])
            redis.call('EXPIRE', queue, expiry)
        else
            full = full + 1
        end
    end
    return full)";

const redis::Script& write_script() {
    static const redis::Script script(std::string("local offset = 0") + k_write);
    return script;
}

// The same when the group, which is the first key, has the members whose digest is the last argument; ahead
// of that stands the eldest time of a member. Returns the members otherwise.
const redis::Script& write_to_known_script() {
    static const redis::Script script(std::string(R"(
    local offset = 1
    redis.call('ZREMRANGEBYSCORE', KEYS[1], 0, ARGV[#ARGV - 1])
    local names = redis.call('ZRANGE', KEYS[1], 0, -1)
    if redis.sha1hex(table.concat(names, '\n')) ~= ARGV[#ARGV] then return names end)") +
                                      k_write);
    return script;
}

std::vector<std::string> texts_of(redis::Reply reply) {
    std::vector<std::string> texts;
    texts.reserve(reply.items().size());
    for (redis::Reply& item : reply.items())
        texts.push_back(item.take_text());
    return texts;
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
        co_await write_script().run(node_.commands(shard), std::move(keys), std::move(arguments));
    if (full.number() > 0) {
        over_capacity.add();
        throw ChannelFull("the channel '" + channel + "' holds its capacity of " +
                          std::to_string(node_.capacities.of(channel)) +
                          " messages: start more workers or raise [channel_layer] capacity");
    }
    sent.add();
}

std::string RedisSender::eldest_member() {
    return std::to_string(node_.next_score() / 1'000'000 - node_.options.group_expiry.count());
}

Task<std::vector<std::string>> RedisSender::members_of(std::string group) {
    redis::Connection& redis = node_.commands(node_.shard_of_group(group));
    const std::string key = node_.keys.group(group);
    redis::Call trim(redis, redis::command("ZREMRANGEBYSCORE", key, "0", eldest_member()));
    redis::Reply reply = co_await redis.call(redis::command("ZRANGE", key, "0", "-1"));
    co_await trim;
    co_return texts_of(std::move(reply));
}

bool RedisSender::Asking::names(std::string_view channel) const {
    return std::any_of(nodes.begin(), nodes.end(), [channel](const std::string& node) {
        return non_local_part(channel) == "specific." + node + "!";
    });
}

Task<std::vector<std::string>> RedisSender::group_send(std::string group,
                                                       SharedMessage message,
                                                       Asking* asking) {
    const std::size_t shard = node_.shard_of_group(group);
    std::shared_ptr<const RedisAddressees> to = known_.find(group);
    if (asking == nullptr && to != nullptr && to->only_on(shard)) {
        Writing writing = prepare(to->shards[shard], message, nullptr);
        writing.keys.insert(writing.keys.begin(), node_.keys.group(group));
        writing.arguments.push_back(eldest_member());
        writing.arguments.push_back(to->digest);
        redis::Reply reply = co_await write_to_known_script().run(
            node_.commands(shard), std::move(writing.keys), std::move(writing.arguments));
        if (reply.kind() == redis::Reply::Kind::integer) {
            note(group, to->shards[shard].size(), static_cast<std::size_t>(reply.number()));
            co_return to->own;
        }
        to = learn(group, texts_of(std::move(reply)));
    } else {
        to = learn(group, co_await members_of(group));
    }
    for (std::size_t i = 0; i < to->shards.size(); ++i) {
        const RedisAddressees::Queues& queues = to->shards[i];
        if (queues.empty()) continue;
        Writing writing = prepare(queues, message, asking);
        const redis::Reply full = co_await write_script().run(
            node_.commands(i), std::move(writing.keys), std::move(writing.arguments));
        note(group, queues.size(), static_cast<std::size_t>(full.number()));
    }
    co_return to->own;
}

std::shared_ptr<const RedisAddressees> RedisSender::learn(const std::string& group,
                                                          const std::vector<std::string>& names) {
    auto addressees = std::make_shared<const RedisAddressees>(node_, names);
    known_.remember(group, addressees);
    return addressees;
}

void RedisSender::note(const std::string& group, std::size_t queues, std::size_t full) {
    sent.add(queues - full);
    if (full == 0) return;
    over_capacity.add(full);
    log.warning(std::to_string(full) + " processes of group '" + group +
                "' hold their capacity and did not get a message");
}

RedisSender::Writing RedisSender::prepare(const RedisAddressees::Queues& queues,
                                          const SharedMessage& message,
                                          Asking* asking) {
    const WireBody body = node_.codec.body(message->fields());
    std::optional<WireBody> asking_body;
    if (asking != nullptr) {
        ValueMap fields = message->fields();
        fields.set(std::string(k_reply_key), asking->reply_to);
        asking_body = node_.codec.body(fields);
    }
    const std::int64_t now = node_.next_score();
    const std::int64_t expiry = node_.options.expiry.count();
    Writing writing;
    for (const auto& [queue, names] : queues) {
        writing.keys.push_back(queue);
        const bool asks = asking != nullptr && asking->names(names.front());
        if (asks) ++asking->asked;
        writing.arguments.push_back(node_.codec.seal((asks ? *asking_body : body).with(names)));
    }
    for (const auto& [queue, names] : queues)
        writing.arguments.push_back(std::to_string(node_.capacities.of(names.front())));
    writing.arguments.push_back(score_text(now));
    writing.arguments.push_back(std::to_string(now / 1'000'000 - expiry));
    writing.arguments.push_back(std::to_string(expiry));
    return writing;
}

}  // namespace zanhu::layer
