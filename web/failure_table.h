#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace zanhu::web {

/// How often something failed per name within a window that begins with the first failure. Holds a bounded
/// number of names; the one whose window began first makes room. Owned by LoginThrottle, which serialises the
/// calls.
class FailureTable {
public:
    using Clock = std::chrono::steady_clock;

    /// REQUIRES: limit > 0 and capacity > 0.
    FailureTable(std::int64_t limit, std::chrono::seconds window, std::size_t capacity);

    /// How long that name must wait; nullopt when it need not.
    [[nodiscard]] std::optional<Clock::duration> wait(std::string_view name, Clock::time_point now);
    void add(std::string_view name, Clock::time_point now);
    /// Takes one failure back.
    void take_back(std::string_view name);
    void forget(std::string_view name);
    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

private:
    struct Entry {
        std::string name;
        Clock::time_point began;
        std::int64_t failures = 0;
    };
    using Entries = std::list<Entry>;  // in the order in which the windows began
    Entries::iterator find(std::string_view name);
    void erase(Entries::iterator entry);

    const std::int64_t limit_;
    const std::chrono::seconds window_;
    const std::size_t capacity_;
    Entries entries_;
    std::unordered_map<std::string_view, Entries::iterator> by_name_;  // keys are views into entries_
};

}  // namespace zanhu::web
