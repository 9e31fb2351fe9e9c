#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// The names and keys that channels_redis uses (core.py, utils.py). Free functions and a value type without
// state; any thread.
namespace zanhu::layer {

/// Which of `shards` hosts holds what hashes by `value` (channels_redis: _consistent_hash).
std::size_t shard_of(std::string_view value, std::size_t shards);

/// Up to and including the first `!`; the whole name when there is none (channels_redis: non_local_name).
std::string_view non_local_part(std::string_view channel);
/// What is behind the first `!`; empty when there is none.
std::string_view local_part(std::string_view channel);

/// The keys below one prefix.
class RedisKeys {
public:
    explicit RedisKeys(std::string prefix) : prefix_(std::move(prefix)) {}

    std::string queue(std::string_view non_local_name) const { return prefix_ + std::string(non_local_name); }
    std::string group(std::string_view name) const { return prefix_ + ":group:" + std::string(name); }
    /// What zanhu adds: the ids of its nodes, one's lease, and one's memberships.
    std::string nodes() const { return prefix_ + "zanhu:nodes"; }
    std::string lease(std::string_view node) const { return prefix_ + "zanhu:node:" + std::string(node); }
    std::string members(std::string_view node) const {
        return prefix_ + "zanhu:members:" + std::string(node);
    }
    /// Of the pub/sub format, where a channel's name is its key.
    std::string pubsub_group(std::string_view name) const {
        return prefix_ + "__group__" + std::string(name);
    }
    const std::string& prefix() const noexcept { return prefix_; }

private:
    std::string prefix_;
};

/// Seconds as Python's repr of time.time() gives them, from microseconds: `1700000000.123456`.
std::string score_text(std::int64_t microseconds);

}  // namespace zanhu::layer
