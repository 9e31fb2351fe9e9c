#include "core/layer/redis_addressees.h"

#include <utility>

#include "core/django/crypto.h"

namespace zanhu::layer {

namespace {

std::string digest_of(const std::vector<std::string>& names) {
    std::string joined;
    for (const std::string& name : names) {
        if (!joined.empty()) joined += '\n';
        joined += name;
    }
    return django::to_hex(django::digest(django::Digest::sha1, joined));
}

}  // namespace

RedisAddressees::RedisAddressees(const RedisNode& node, const std::vector<std::string>& names)
    : shards(node.shards.size()), number(names.size()), digest(digest_of(names)) {
    for (const std::string& name : names) {
        if (node.groups.is_own(name)) {
            own.emplace_back(local_part(name));
            continue;
        }
        const std::string_view receiver = non_local_part(name);
        shards[node.shard_of_channel(receiver)][node.keys.queue(receiver)].push_back(name);
    }
}

bool RedisAddressees::only_on(std::size_t shard) const {
    for (std::size_t i = 0; i < shards.size(); ++i) {
        if (i != shard && !shards[i].empty()) return false;
    }
    return true;
}

std::shared_ptr<const RedisAddressees> RedisKnownGroups::find(std::string_view group) const {
    const auto found = groups_.find(group);
    return found == groups_.end() ? nullptr : found->second;
}

void RedisKnownGroups::remember(const std::string& group, std::shared_ptr<const RedisAddressees> addressees) {
    if (const auto found = groups_.find(group); found != groups_.end()) {
        names_ -= found->second->number;
        groups_.erase(found);
    }
    if (addressees->number > k_most_names_a_group) return;
    if (names_ + addressees->number > k_most_names) {
        groups_.clear();
        names_ = 0;
    }
    names_ += addressees->number;
    groups_.emplace(group, std::move(addressees));
}

}  // namespace zanhu::layer
