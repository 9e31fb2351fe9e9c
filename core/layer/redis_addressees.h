#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/layer/redis_node.h"

namespace zanhu::layer {

/// Where a message to a group goes, as its members' names say. Immutable once made.
struct RedisAddressees {
    /// The names behind each queue of one shard.
    using Queues = std::map<std::string, std::vector<std::string>>;

    RedisAddressees(const RedisNode& node, const std::vector<std::string>& names);
    /// No queue is anywhere but on that shard.
    bool only_on(std::size_t shard) const;

    std::vector<std::string> own;  ///< of this process: their local parts
    std::vector<Queues> shards;
    std::size_t number;  ///< of names
    std::string digest;  ///< of the names in their order, as Redis' sha1hex gives it
};

/// The addressees of groups that were written to, so that a message needs to ask for them only when they have
/// changed: who writes says what it knows, and Redis compares. Holds a bounded number of names; when one more
/// does not fit, all go. Owned by the sender; its loop only.
class RedisKnownGroups {
public:
    /// Null: not known.
    std::shared_ptr<const RedisAddressees> find(std::string_view group) const;
    void remember(const std::string& group, std::shared_ptr<const RedisAddressees> addressees);
    /// Names in all groups together.
    std::size_t names() const noexcept { return names_; }

    static constexpr std::size_t k_most_names = 16'384;      ///< some 4 MiB
    static constexpr std::size_t k_most_names_a_group = 64;  ///< larger ones cost Redis too much to compare

private:
    std::map<std::string, std::shared_ptr<const RedisAddressees>, std::less<>> groups_;
    std::size_t names_ = 0;
};

}  // namespace zanhu::layer
