#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

namespace zanhu {

/// A number that only grows: how often something happened in this process. Any thread. Defined at namespace
/// scope by the file that counts; listed by all_counters().
class Counter {
public:
    /// Both texts must live as long as the program.
    Counter(const char* name, const char* help);
    Counter(const Counter&) = delete;
    Counter& operator=(const Counter&) = delete;

    void add(std::uint64_t count = 1) noexcept { value_.fetch_add(count, std::memory_order_relaxed); }
    std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }
    const char* name() const noexcept { return name_; }
    const char* help() const noexcept { return help_; }

private:
    const char* name_;
    const char* help_;
    std::atomic<std::uint64_t> value_{0};
};

/// Every counter of the process, in order of name.
std::vector<const Counter*> all_counters();

}  // namespace zanhu
