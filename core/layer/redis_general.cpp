#include "core/layer/redis_general.h"

#include <exception>
#include <memory>
#include <utility>

#include <zanhu/errors.h>
#include <zanhu/limited_log.h>

#include "core/base/metrics.h"
#include "core/layer/redis_dispatcher.h"
#include "core/redis/command.h"

namespace zanhu::layer {

namespace {

Counter unreadable("layer_general_unreadable_total", "Messages of general channels that could not be read");
Counter lost("layer_general_lost_total",
             "Messages of general channels whose receiver had gone, and which Redis did not take back");
LimitedLog log("zanhu.layer");

constexpr std::chrono::seconds k_block{5};
constexpr std::chrono::milliseconds k_before_asking_again{100};

}  // namespace

class RedisGeneral::Wanted {
public:
    Wanted(RedisGeneral& general, std::string channel) : general_(general), channel_(std::move(channel)) {
        general_.want(channel_, 1);
    }
    Wanted(const Wanted&) = delete;
    Wanted& operator=(const Wanted&) = delete;
    ~Wanted() { general_.want(channel_, -1); }

private:
    RedisGeneral& general_;
    const std::string channel_;
};

RedisGeneral::RedisGeneral(RedisNode& node) : node_(node), channels_(1, node.options.expiry) {
    for (std::size_t i = 0; i < node.options.hosts.size(); ++i)
        shards_.push_back(std::make_unique<Shard>(node.loop));
}

Task<SharedMessage> RedisGeneral::receive(std::string channel, CancelToken token) {
    const Wanted wanted(*this, channel);
    co_return co_await channels_.receive(std::move(channel), token);
}

void RedisGeneral::want(const std::string& channel, int change) {
    bool is_new = false;
    {
        const std::lock_guard lock(mutex_);
        std::size_t& count = wanted_[channel];
        is_new = count == 0;
        count += static_cast<std::size_t>(change);
        if (count == 0) wanted_.erase(channel);
    }
    if (is_new && change > 0) node_.loop.post([this] { wake(); });
}

// What is blocked does not know of the new channel: it is asked again.
void RedisGeneral::wake() {
    for (std::size_t i = 0; i < shards_.size(); ++i) {
        Shard& shard = *shards_[i];
        shard.changed.notify();
        if (shard.blocked_id.empty()) continue;
        const redis::Call unblock(node_.commands(i), redis::command("CLIENT", "UNBLOCK", shard.blocked_id));
    }
}

std::vector<std::string> RedisGeneral::wanted_keys() {
    std::vector<std::string> keys;
    const std::lock_guard lock(mutex_);
    keys.reserve(wanted_.size());
    for (const auto& [channel, count] : wanted_)
        keys.push_back(node_.keys.queue(channel));
    return keys;
}

Task<void> RedisGeneral::run(std::size_t shard, redis::Connection& redis, CancelToken token) {
    bool started = false;
    while (!token.cancelled()) {
        std::vector<std::string> keys = wanted_keys();
        if (keys.empty()) {
            co_await shards_[shard]->changed.wait();
            continue;
        }
        if (!std::exchange(started, true)) redis.start();
        bool wait = false;
        try {
            co_await take(shard, redis, std::move(keys));
        } catch (const BackendUnavailable&) {
            wait = true;  // the connection logs it
        } catch (const std::exception& error) {
            log.warning("general channels cannot be read: " + std::string(error.what()));
            wait = true;
        }
        shards_[shard]->blocked_id.clear();
        if (!wait) continue;
        try {
            co_await node_.loop.sleep_for(k_before_asking_again, token);
        } catch (const Cancelled&) {
            break;
        }
    }
}

Task<void> RedisGeneral::take(std::size_t shard, redis::Connection& redis, std::vector<std::string> keys) {
    std::vector<std::string> words(1, "BZPOPMIN");
    words.insert(words.end(), keys.begin(), keys.end());
    words.push_back(std::to_string(k_block.count()));
    redis::Call identity(redis, redis::command("CLIENT", "ID"));
    redis::Call first(redis, redis::encode(words), k_block + redis.options().timeout);
    const redis::Reply id = co_await identity;
    if (id.number() > 0) shards_[shard]->blocked_id = std::to_string(id.number());
    // A receiver that came since the keys were gathered has found nothing to unblock.
    if (wanted_keys() != keys) wake();
    redis::Reply popped = co_await first;
    shards_[shard]->blocked_id.clear();
    if (popped.is_error()) throw Error(popped.text());
    auto& items = popped.items();
    if (items.size() != 3) co_return;
    co_await hand_over(shard, items[0].take_text(), items[1].take_text(), items[2].take_text());
}

Task<void> RedisGeneral::hand_over(std::size_t shard, std::string key, std::string bytes, std::string score) {
    std::optional<ValueMap> fields = node_.codec.open(bytes);
    std::vector<std::string> names;
    if (fields) take_receivers(*fields, names);
    if (!fields || fields->find_text("type") == nullptr) {
        unreadable.add();
        throw Error("a message in '" + key + "' cannot be read");
    }
    SharedMessage message(LayerMessage::from(std::move(*fields)));
    if (channels_.offer(key.substr(node_.keys.prefix().size()), std::move(message))) co_return;
    // Its receiver has gone meanwhile: back to the front of the queue, for another.
    const std::string seconds = std::to_string(node_.options.expiry.count());
    try {
        co_await node_.commands(shard).call(redis::command("ZADD", key, score, bytes));
        co_await node_.commands(shard).call(redis::command("EXPIRE", key, seconds));
    } catch (const Error& error) {
        lost.add();
        log.error("a message of the channel '" + key + "' is lost, since its receiver has gone and " +
                  error.what());
    }
}

}  // namespace zanhu::layer
