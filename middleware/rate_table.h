#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

namespace zanhu::middleware {

/// So many in so long a time, spread evenly: the generic cell rate algorithm, which remembers one moment.
/// A value type.
class Rate {
public:
    using Clock = std::chrono::steady_clock;

    /// `count` 0: no limit.
    Rate(std::int64_t count, std::chrono::milliseconds per) noexcept
        : step_(count == 0 ? Clock::duration(0) : Clock::duration(per) / count), all_(step_ * count) {}

    bool limits() const noexcept { return step_.count() > 0; }
    /// Whether one more is within the rate; `full` is the moment that is remembered, and grows then.
    [[nodiscard]] bool admit(Clock::time_point& full, Clock::time_point now) const noexcept {
        const Clock::time_point next = (full < now ? now : full) + step_;
        if (next - now > all_) return false;
        full = next;
        return true;
    }
    /// How long until one more is within the rate.
    Clock::duration wait(Clock::time_point full, Clock::time_point now) const noexcept {
        return full + step_ - all_ - now;
    }

private:
    Clock::duration step_;
    Clock::duration all_;
};

/// A Rate for each of many keys, such as addresses: at most so many keys. A key that was not seen for the
/// time of its rate is forgotten; when all places are taken by keys in use, further ones are let through
/// untracked, and counted. Any thread.
class RateTable {
public:
    enum class Outcome { admitted, refused, untracked };

    RateTable(Rate rate, std::size_t most_keys) noexcept : rate_(rate), most_(most_keys / k_shards + 1) {}

    /// `wait` is set when it is refused.
    [[nodiscard]] Outcome admit(const std::string& key,
                                Rate::Clock::time_point now,
                                Rate::Clock::duration& wait);
    std::size_t size() const;

private:
    static constexpr std::size_t k_shards = 16;  // so that loops seldom wait for each other

    struct Shard {
        mutable std::mutex mutex;  // guards what follows
        std::unordered_map<std::string, Rate::Clock::time_point> full;
        Rate::Clock::time_point swept;
    };
    static void sweep(Shard& shard, Rate::Clock::time_point now);

    const Rate rate_;
    const std::size_t most_;  // of a shard
    std::array<Shard, k_shards> shards_;
};

}  // namespace zanhu::middleware
