#include "middleware/rate_table.h"

#include <functional>

namespace zanhu::middleware {

namespace {

// A full shard is searched for old keys no more often than this.
constexpr std::chrono::milliseconds k_between_sweeps{100};

}  // namespace

RateTable::Outcome RateTable::admit(const std::string& key,
                                    Rate::Clock::time_point now,
                                    Rate::Clock::duration& wait) {
    Shard& shard = shards_[std::hash<std::string>()(key) % k_shards];
    const std::lock_guard lock(shard.mutex);
    auto found = shard.full.find(key);
    if (found == shard.full.end()) {
        if (shard.full.size() >= most_) sweep(shard, now);
        if (shard.full.size() >= most_) return Outcome::untracked;
        found = shard.full.emplace(key, now).first;
    }
    if (rate_.admit(found->second, now)) return Outcome::admitted;
    wait = rate_.wait(found->second, now);
    return Outcome::refused;
}

void RateTable::sweep(Shard& shard, Rate::Clock::time_point now) {
    if (now - shard.swept < k_between_sweeps) return;
    shard.swept = now;
    std::erase_if(shard.full, [now](const auto& entry) { return entry.second <= now; });
}

std::size_t RateTable::size() const {
    std::size_t all = 0;
    for (const Shard& shard : shards_) {
        const std::lock_guard lock(shard.mutex);
        all += shard.full.size();
    }
    return all;
}

}  // namespace zanhu::middleware
