#include "core/layer/redis_shard.h"

#include <algorithm>
#include <utility>

#include <zanhu/errors.h>
#include <zanhu/limited_log.h>

#include "core/layer/redis_layer.h"

namespace zanhu::layer {

namespace {

LimitedLog log("zanhu.layer");

constexpr std::chrono::milliseconds k_after_failure{1000};

redis::ConnectionOptions named(redis::ConnectionOptions options, const char* purpose) {
    options.name = options.name + "-" + purpose;
    return options;
}

}  // namespace

RedisShard::RedisShard(RedisLayer& layer, std::size_t index, WorkerPool& resolver)
    : layer_(layer),
      index_(index),
      commands_(layer.node_.loop, resolver, named(layer.node_.options.hosts[index], "commands"), this),
      queue_(layer.node_.loop, resolver, named(layer.node_.options.hosts[index], "queue"), this),
      general_(layer.node_.loop, resolver, named(layer.node_.options.hosts[index], "general"), nullptr),
      receiver_(layer.node_, queue_, layer.backlog_),
      look_(layer.node_.loop),
      timer_([](void* self) { static_cast<RedisShard*>(self)->look_.notify(); }, this) {}

void RedisShard::start() {
    commands_.start();
    queue_.start();
    const CancelToken token = layer_.cancel_.token();
    layer_.tasks_.start(watch(token));
    layer_.tasks_.start(receiver_.run(token));
    layer_.tasks_.start(layer_.general_.run(index_, general_, token));
}

void RedisShard::on_ready() {
    look_.notify();
}

void RedisShard::on_down(const std::string& why) {
    if (layer_.ending_) return;
    settled_ = false;
    gap_ = true;
    layer_.groups_.forget_announced([this](const std::string& key) {
        return layer_.node_.shard_of_group(RedisMembers::group_of(key)) == index_;
    });
    layer_.set_problem(index_, "Redis at " + commands_.options().target.description() + ": " + why);
}

Task<void> RedisShard::watch(CancelToken token) {
    while (!token.cancelled()) {
        std::chrono::milliseconds wait = next_look();
        if (commands_.ready() && queue_.ready()) {
            try {
                co_await settle();
            } catch (const BackendUnavailable&) {
                wait = k_after_failure;  // the connection logs it
            } catch (const std::exception& error) {
                log.error(error.what());
                layer_.set_problem(index_, error.what());
                wait = k_after_failure;
            }
        }
        layer_.node_.loop.schedule(timer_, wait);
        co_await look_.wait();
    }
    timer_.cancel();
}

Task<void> RedisShard::settle() {
    // Until this has come to its end, if it fails too.
    if (layer_.members_.take_unjoined(index_)) {
        settled_ = false;
        gap_ = true;
    }
    if (layer_.members_.take_unclean(index_)) settled_ = false;
    const bool was_settled = settled_;
    const bool unknown = co_await layer_.members_.beat(index_);
    // Who was taken for dead, or whose keys were deleted, has no memberships any more.
    if (was_settled && unknown) gap_ = true;
    const auto now = layer_.node_.loop.now();
    const bool due = now - restored_ > layer_.node_.options.group_expiry / 3;
    if (!was_settled || unknown || due) {
        if (was_settled && !unknown) {
            co_await layer_.members_.refresh(index_);
        } else {
            co_await layer_.members_.restore(index_);
        }
        if (!commands_.ready() || !queue_.ready()) co_return;
        restored_ = now;
        settled_ = true;
        layer_.set_problem(index_, {});
        if (std::exchange(gap_, false))
            co_await RedisLayer::tell_of_gap(layer_.groups_, layer_.node_.options.close_after_gap);
    }
    co_await layer_.members_.sweep(index_);
}

// Three times before anything runs out, so that one lost answer does no harm.
std::chrono::milliseconds RedisShard::next_look() {
    const auto& options = layer_.node_.options;
    return std::chrono::milliseconds(std::min(options.lease, options.group_expiry)) / 3;
}

Task<void> RedisShard::stop_receiving() {
    look_.notify();
    co_await queue_.stop();
    co_await general_.stop();
}

Task<void> RedisShard::leave() {
    if (commands_.ready()) {
        try {
            co_await layer_.members_.leave(index_);
        } catch (const Error& error) {
            log.warning("group memberships are left to the other nodes to remove: " +
                        std::string(error.what()));
        }
    }
    co_await commands_.stop();
}

}  // namespace zanhu::layer
