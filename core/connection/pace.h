#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace zanhu::connection {

/// How many of something may come in a second, with a second's worth at once: a token bucket, kept as the
/// moment at which it is full again (the generic cell rate algorithm). A value type of eight bytes; what the
/// rate is, its user knows.
class Pace {
public:
    using Time = std::chrono::steady_clock::time_point;
    using Duration = std::chrono::nanoseconds;

    /// Takes `units`, whether there are so many or not; returns how long it takes until the debt is paid,
    /// zero without one. REQUIRES: rate > 0, units a second.
    Duration charge(Time now, std::uint64_t units, std::uint64_t rate) noexcept {
        full_ = std::max(full_, now) + cost(units, rate);
        return std::max(full_ - now - k_burst, Duration::zero());
    }
    /// Takes one unit if there is one, and returns zero; else takes nothing and returns how long it takes
    /// until there is one.
    Duration try_take(Time now, std::uint64_t rate) noexcept {
        const Time after = std::max(full_, now) + cost(1, rate);
        if (after - now > k_burst) return after - now - k_burst;
        full_ = after;
        return Duration::zero();
    }
    /// Whether nothing was taken lately, so that a new object is as good as this one.
    bool is_full(Time now) const noexcept { return full_ <= now; }

private:
    static constexpr Duration k_burst = std::chrono::seconds(1);

    static Duration cost(std::uint64_t units, std::uint64_t rate) noexcept {
        constexpr double k_second = 1e9;
        return Duration(
            static_cast<std::int64_t>(static_cast<double>(units) * k_second / static_cast<double>(rate)));
    }

    Time full_{};
};

}  // namespace zanhu::connection
