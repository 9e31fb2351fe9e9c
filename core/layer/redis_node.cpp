#include "core/layer/redis_node.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace zanhu::layer {

RedisNode::RedisNode(RedisOptions settings, net::EpollLoop& home, ProcessGroups& process_groups)
    : options(std::move(settings)),
      keys(options.prefix),
      codec(options),
      capacities(options.capacity),
      loop(home),
      groups(process_groups) {
    for (const auto& [pattern, capacity] : options.channel_capacity)
        capacities.add(NamePattern(pattern), capacity);
    for (const std::string& pattern : options.per_connection)
        per_connection.emplace_back(pattern);
}

std::int64_t RedisNode::next_score() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const std::int64_t microseconds = std::chrono::duration_cast<std::chrono::microseconds>(now).count();
    last_score_ = std::max(last_score_ + 1, microseconds);
    return last_score_;
}

std::string RedisNode::id() const {
    const std::string_view prefix = groups.prefix();
    const std::size_t dot = prefix.find('.') + 1;
    return std::string(prefix.substr(dot, prefix.size() - dot - 1));
}

}  // namespace zanhu::layer
