#include "core/layer/redis_receiver.h"

#include <chrono>
#include <exception>

#include <zanhu/errors.h>
#include <zanhu/limited_log.h>

#include "core/base/metrics.h"
#include "core/redis/command.h"
#include "core/redis/script.h"

namespace zanhu::layer {

namespace {

Counter received("layer_redis_received_total", "Messages taken from queues in Redis");
Counter stalls("layer_backlog_full_total", "Times that the backlog was full, and messages waited in Redis");
LimitedLog log("zanhu.layer");

constexpr std::chrono::seconds k_block{5};  // channels_redis: brpop_timeout
constexpr std::chrono::milliseconds k_before_asking_again{20};
constexpr std::size_t k_messages_a_take = 1000;
constexpr std::size_t k_bytes_a_take = 4 << 20;

// Takes what is there, eldest first, up to a number and a size, and at least one.
const redis::Script& take_script() {
    static const redis::Script script(R"(
        local items = redis.call('ZRANGE', KEYS[1], 0, ARGV[1] - 1)
        local size, count = 0, 0
        for i = 1, #items do
            size = size + #items[i]
            if count > 0 and size > tonumber(ARGV[2]) then break end
            count = count + 1
        end
        if count > 0 then redis.call('ZREMRANGEBYRANK', KEYS[1], 0, count - 1) end
        return {unpack(items, 1, count)})");
    return script;
}

}  // namespace

void RedisBacklog::push(std::string message) {
    received.add();
    bytes_ += message.size();
    queue_.push_back(std::move(message));
}

std::string RedisBacklog::pop() {
    std::string message = std::move(queue_.front());
    queue_.pop_front();
    bytes_ -= message.size();
    return message;
}

Task<void> RedisReceiver::run(CancelToken token) {
    while (!token.cancelled()) {
        bool wait = backlog_.full();
        if (wait) {
            stalls.add();
            log.warning(
                "messages come faster than they can be delivered: [channel_layer] backlog is full, and "
                "they wait in Redis, up to the capacity that their senders keep to");
        } else {
            try {
                co_await take();
            } catch (const BackendUnavailable&) {
                wait = true;  // the connection logs it
            } catch (const std::exception& error) {
                log.error("the queue in Redis cannot be read: " + std::string(error.what()));
                wait = true;
            }
        }
        if (!wait) continue;
        try {
            co_await node_.loop.sleep_for(k_before_asking_again, token);
        } catch (const Cancelled&) {
            break;
        }
    }
}

Task<void> RedisReceiver::take() {
    const std::string queue = node_.own_queue();
    const std::chrono::milliseconds patience = k_block + redis_.options().timeout;
    const std::string seconds = std::to_string(k_block.count());
    redis::Call first(redis_, redis::command("BZPOPMIN", queue, seconds), patience);
    // Behind it on the same connection: all that is there at the moment at which the first one came.
    const std::vector<std::string> keys(1, queue);
    std::vector<std::string> limits;
    limits.push_back(std::to_string(k_messages_a_take));
    limits.push_back(std::to_string(k_bytes_a_take));
    redis::Call rest(redis_, take_script().command(keys, limits), patience);
    redis::Reply one = co_await first;
    if (one.is_error()) throw Error(one.text());
    // At once: it is here, whatever becomes of the connection.
    if (one.items().size() == 3) {
        backlog_.push(one.items()[1].take_text());
        backlog_.arrivals().notify();
    }
    redis::Reply more = co_await rest;
    if (redis::Script::is_unknown(more))
        more = co_await redis_.call(take_script().full_command(keys, limits));
    if (more.is_error()) log.error("the queue in Redis cannot be emptied: " + more.text());
    for (redis::Reply& message : more.items())
        backlog_.push(message.take_text());
    if (!backlog_.empty()) backlog_.arrivals().notify();
}

}  // namespace zanhu::layer
