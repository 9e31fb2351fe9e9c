#include "core/layer/redis_members.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <zanhu/errors.h>
#include <zanhu/limited_log.h>

#include "core/base/metrics.h"
#include "core/redis/command.h"

namespace zanhu::layer {

namespace {

Counter swept("layer_dead_nodes_swept_total", "Dead nodes whose group memberships were removed");
Counter forgotten("layer_stale_members_forgotten_total",
                  "Memberships that ended during an outage of Redis and are left to expire");
LimitedLog log("zanhu.layer");

constexpr std::size_t k_batch = 500;          // groups a script call: some hundred kilobytes at most
constexpr std::size_t k_max_stale = 100'000;  // what an outage may leave to be removed

// KEYS: the node's memberships, groups... ARGV: score, group_expiry, XX or CH (ZADD: only those that are
// there, or any), then a name and a group for each group.
const redis::Script& write_script() {
    static const redis::Script script(R"(
        for i = 2, #KEYS do
            local name, group = ARGV[2 * i], ARGV[2 * i + 1]
            redis.call('ZADD', KEYS[i], ARGV[3], ARGV[1], name)
            redis.call('EXPIRE', KEYS[i], ARGV[2])
            redis.call('SADD', KEYS[1], group .. ' ' .. name)
        end
        redis.call('EXPIRE', KEYS[1], ARGV[2])
        return #KEYS - 1)");
    return script;
}

// The same keys; ARGV: a name and a group for each group.
const redis::Script& remove_script() {
    static const redis::Script script(R"(
        for i = 2, #KEYS do
            local name, group = ARGV[2 * i - 3], ARGV[2 * i - 2]
            redis.call('ZREM', KEYS[i], name)
            redis.call('SREM', KEYS[1], group .. ' ' .. name)
        end
        return #KEYS - 1)");
    return script;
}

// Does nothing when the node lives after all. KEYS: its lease, its memberships, its queue, the nodes,
// groups... ARGV: whether these are the last groups, the node, then a name and a group for each group.
const redis::Script& bury_script() {
    static const redis::Script script(R"(
        if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
        for i = 5, #KEYS do
            local name, group = ARGV[2 * i - 7], ARGV[2 * i - 6]
            redis.call('ZREM', KEYS[i], name)
            redis.call('SREM', KEYS[2], group .. ' ' .. name)
        end
        if ARGV[1] == '1' then
            redis.call('DEL', KEYS[2], KEYS[3])
            redis.call('SREM', KEYS[4], ARGV[2])
        end
        return 1)");
    return script;
}

}  // namespace

std::string RedisMembers::key_of(const RedisNode& node, const std::string& group, std::string_view channel) {
    const bool own = std::any_of(node.per_connection.begin(),
                                 node.per_connection.end(),
                                 [&group](const NamePattern& pattern) { return pattern.matches(group); });
    return own ? group + " " + std::string(local_part(channel)) : group;
}

std::string RedisMembers::name_of(const std::string& key, std::uint64_t number) const {
    const std::size_t blank = key.find(' ');
    if (blank != std::string::npos) return node_.groups.prefix() + key.substr(blank + 1);
    char digits[16];
    const auto end = std::to_chars(digits, digits + sizeof digits, number, 16).ptr;
    return node_.groups.prefix() + "g." + std::string(digits, end);
}

Task<void> RedisMembers::announce(std::string key) {
    const std::uint64_t number = node_.groups.number_of(key);
    if (number == 0 || node_.groups.is_announced(key)) co_return;
    const std::string group = group_of(key);
    std::vector<Entry> entries;
    entries.emplace_back(group, name_of(key, number));
    try {
        co_await write(node_.shard_of_group(group), std::move(entries), false);
        written(key, number);
    } catch (const Error& error) {
        unjoined_.insert(node_.shard_of_group(group));
        log.warning("group '" + group + "' is not joined in Redis yet: " + std::string(error.what()));
    }
}

void RedisMembers::withdraw(const std::string& key, std::uint64_t number) {
    // A connection's own name is the same again when the connection has come back.
    if (key.find(' ') != std::string::npos && node_.groups.number_of(key) != 0) return;
    tasks_.start(remove_now(Entry(group_of(key), name_of(key, number))));
}

Task<void> RedisMembers::remove_now(Entry entry) {
    const std::size_t shard = node_.shard_of_group(entry.group);
    std::vector<Entry> entries(1, entry);
    try {
        co_await remove(shard, std::move(entries));
    } catch (const Error&) {
        keep_stale(std::move(entry));
    }
}

void RedisMembers::keep_stale(Entry entry) {
    unclean_.insert(node_.shard_of_group(entry.group));
    if (stale_.size() < k_max_stale) {
        stale_.push_back(std::move(entry));
    } else {
        forgotten.add();
    }
}

// It may have been vacated, and its name removed, ahead of the command that wrote it.
void RedisMembers::written(const std::string& key, std::uint64_t number) {
    if (!node_.groups.set_announced(key, number)) withdraw(key, number);
}

Task<void> RedisMembers::restore(std::size_t shard) {
    std::vector<Entry> stale = std::move(stale_);
    stale_.clear();
    std::vector<Entry> gone;
    for (Entry& entry : stale) {
        if (node_.shard_of_group(entry.group) == shard) {
            gone.push_back(std::move(entry));
        } else {
            stale_.push_back(std::move(entry));
        }
    }
    try {
        co_await remove(shard, gone);
    } catch (...) {
        for (Entry& entry : gone)
            keep_stale(std::move(entry));
        throw;
    }
    co_await write_all(shard, false);
}

Task<void> RedisMembers::refresh(std::size_t shard) {
    return write_all(shard, true);
}

Task<void> RedisMembers::write_all(std::size_t shard, bool only_refresh) {
    std::vector<Entry> groups;
    std::vector<Entry> connections;
    std::vector<ProcessGroups::Occupied> here;
    for (ProcessGroups::Occupied& occupied : node_.groups.occupied()) {
        std::string group = group_of(occupied.group);
        if (node_.shard_of_group(group) != shard) continue;
        auto& entries = group.size() == occupied.group.size() ? groups : connections;
        entries.emplace_back(std::move(group), name_of(occupied.group, occupied.number));
        here.push_back(std::move(occupied));
    }
    co_await write(shard, std::move(groups), false);
    // A connection that Django has removed from a group stays out of it.
    co_await write(shard, std::move(connections), only_refresh);
    for (const auto& occupied : here)
        written(occupied.group, occupied.number);
}

Task<void> RedisMembers::write(std::size_t shard, std::vector<Entry> entries, bool only_existing) {
    const std::string members = node_.keys.members(node_.id());
    for (std::size_t first = 0; first < entries.size(); first += k_batch) {
        std::vector<std::string> keys(1, members);
        std::vector<std::string> arguments;
        arguments.push_back(score_text(node_.next_score()));
        arguments.push_back(std::to_string(node_.options.group_expiry.count()));
        arguments.emplace_back(only_existing ? "XX" : "CH");
        for (std::size_t i = first; i < std::min(first + k_batch, entries.size()); ++i) {
            keys.push_back(node_.keys.group(entries[i].group));
            arguments.push_back(entries[i].name);
            arguments.push_back(entries[i].group);
        }
        co_await write_script().run(node_.commands(shard), std::move(keys), std::move(arguments));
    }
}

Task<void> RedisMembers::remove(std::size_t shard, std::vector<Entry> entries) {
    const std::string members = node_.keys.members(node_.id());
    for (std::size_t first = 0; first < entries.size(); first += k_batch) {
        std::vector<std::string> keys(1, members);
        std::vector<std::string> arguments;
        for (std::size_t i = first; i < std::min(first + k_batch, entries.size()); ++i) {
            keys.push_back(node_.keys.group(entries[i].group));
            arguments.push_back(entries[i].name);
            arguments.push_back(entries[i].group);
        }
        co_await remove_script().run(node_.commands(shard), std::move(keys), std::move(arguments));
    }
}

Task<bool> RedisMembers::beat(std::size_t shard) {
    redis::Connection& redis = node_.commands(shard);
    const std::string ttl = std::to_string(node_.options.lease.count());
    redis::Call lease(redis, redis::command("SET", node_.keys.lease(node_.id()), "1", "EX", ttl));
    const redis::Reply added = co_await redis.call(redis::command("SADD", node_.keys.nodes(), node_.id()));
    co_await lease;
    co_return added.number() == 1;
}

Task<void> RedisMembers::sweep(std::size_t shard) {
    redis::Connection& redis = node_.commands(shard);
    const redis::Reply nodes = co_await redis.call(redis::command("SMEMBERS", node_.keys.nodes()));
    for (const redis::Reply& node : nodes.items()) {
        if (node.text() == node_.id()) continue;
        const redis::Reply alive =
            co_await redis.call(redis::command("EXISTS", node_.keys.lease(node.text())));
        if (alive.number() == 0) co_await bury(shard, node.text());
    }
}

Task<std::vector<RedisMembers::Entry>> RedisMembers::left_by(std::size_t shard, std::string node) {
    redis::Reply members =
        co_await node_.commands(shard).call(redis::command("SMEMBERS", node_.keys.members(node)));
    std::vector<Entry> entries;
    for (const redis::Reply& member : members.items()) {
        const std::size_t blank = member.text().find(' ');
        if (blank != std::string::npos)
            entries.emplace_back(member.text().substr(0, blank), member.text().substr(blank + 1));
    }
    co_return entries;
}

Task<void> RedisMembers::bury(std::size_t shard, std::string node) {
    redis::Connection& redis = node_.commands(shard);
    const std::vector<Entry> entries = co_await left_by(shard, node);
    std::size_t done = 0;
    do {
        const std::size_t end = std::min(done + k_batch, entries.size());
        std::vector<std::string> keys;
        keys.push_back(node_.keys.lease(node));
        keys.push_back(node_.keys.members(node));
        keys.push_back(node_.keys.queue("specific." + node + "!"));
        keys.push_back(node_.keys.nodes());
        std::vector<std::string> arguments;
        arguments.emplace_back(end == entries.size() ? "1" : "0");
        arguments.push_back(node);
        for (std::size_t i = done; i < end; ++i) {
            keys.push_back(node_.keys.group(entries[i].group));
            arguments.push_back(entries[i].name);
            arguments.push_back(entries[i].group);
        }
        const redis::Reply dead = co_await bury_script().run(redis, std::move(keys), std::move(arguments));
        if (dead.number() == 0) {
            // It came back. What it has lost it writes again when it finds that nobody knows of it.
            if (done > 0) co_await redis.call(redis::command("SREM", node_.keys.nodes(), node));
            co_return;
        }
        done = end;
    } while (done < entries.size());
    swept.add();
    log.notice("node " + node + " is dead: its " + std::to_string(done) + " group memberships were removed");
}

Task<void> RedisMembers::leave(std::size_t shard) {
    redis::Connection& redis = node_.commands(shard);
    std::vector<Entry> entries;
    for (const ProcessGroups::Occupied& occupied : node_.groups.occupied()) {
        std::string group = group_of(occupied.group);
        if (node_.shard_of_group(group) == shard)
            entries.emplace_back(std::move(group), name_of(occupied.group, occupied.number));
    }
    for (const Entry& entry : stale_) {
        if (node_.shard_of_group(entry.group) == shard) entries.push_back(entry);
    }
    co_await remove(shard, std::move(entries));
    co_await redis.call(redis::command("SREM", node_.keys.nodes(), node_.id()));
    const std::string lease = node_.keys.lease(node_.id());
    const std::string members = node_.keys.members(node_.id());
    co_await redis.call(redis::command("DEL", lease, members, node_.own_queue()));
}

}  // namespace zanhu::layer
