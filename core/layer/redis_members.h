#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <zanhu/cancellation.h>
#include <zanhu/task.h>

#include "core/base/task_set.h"
#include "core/layer/redis_node.h"
#include "core/redis/script.h"

namespace zanhu::layer {

/// The memberships of this process in Redis: one name a group (or one a connection, where that is
/// configured), refreshed before they expire, added again after a loss, removed when their last local member
/// leaves; the lease by which other nodes know that this one lives; and the removal of what dead nodes left
/// behind. Owned by the layer; its home loop only.
///
/// A membership is called by a key: a group's name, or, for a connection's own, the group's name, a blank,
/// and the local part of the channel's name.
class RedisMembers {
public:
    RedisMembers(RedisNode& node, TaskSet& tasks) : node_(node), tasks_(tasks) {}

    static std::string key_of(const RedisNode& node, const std::string& group, std::string_view channel);
    static std::string group_of(const std::string& key) { return key.substr(0, key.find(' ')); }

    /// Writes it, unless that was done. Without a connection it is left to restore(). Never throws.
    Task<void> announce(std::string key);
    void withdraw(const std::string& key, std::uint64_t number);

    /// Whether a membership could not be written, or removed, on that shard since this was asked last, so
    /// that restore() has something to make good; the connection may have stood all the time.
    bool take_unjoined(std::size_t shard) { return unjoined_.erase(shard) > 0; }
    bool take_unclean(std::size_t shard) { return unclean_.erase(shard) > 0; }

    /// Writes every membership of that shard, and removes what could not be removed before. Throws Error.
    Task<void> restore(std::size_t shard);
    /// The same before they expire, with nothing to make good. Throws Error.
    Task<void> refresh(std::size_t shard);
    /// Renews this node's lease on that shard; true when nobody knew of this node: then its memberships are
    /// gone too. Throws Error.
    Task<bool> beat(std::size_t shard);
    /// Removes the names of nodes whose lease has run out. Throws Error.
    Task<void> sweep(std::size_t shard);
    /// Removes all that is this node's. Throws Error.
    Task<void> leave(std::size_t shard);

private:
    struct Entry {
        Entry(std::string g, std::string n) : group(std::move(g)), name(std::move(n)) {}
        std::string group;
        std::string name;
    };

    std::string name_of(const std::string& key, std::uint64_t number) const;
    Task<void> write_all(std::size_t shard, bool only_refresh);
    Task<void> write(std::size_t shard, std::vector<Entry> entries, bool only_existing);
    void written(const std::string& key, std::uint64_t number);
    Task<void> remove(std::size_t shard, std::vector<Entry> entries);
    Task<void> remove_now(Entry entry);
    Task<std::vector<Entry>> left_by(std::size_t shard, std::string node);
    Task<void> bury(std::size_t shard, std::string node);
    void keep_stale(Entry entry);

    RedisNode& node_;
    TaskSet& tasks_;
    std::vector<Entry> stale_;        // to be removed when there is a connection again
    std::set<std::size_t> unjoined_;  // shards
    std::set<std::size_t> unclean_;
};

}  // namespace zanhu::layer
