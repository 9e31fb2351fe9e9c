#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace zanhu::storage {

/// So many may be inside at once; the next one waits, but not longer than its patience. Owned by a Database;
/// any thread may enter.
class Gate {
public:
    explicit Gate(std::size_t places) : free_(places) {}
    Gate(const Gate&) = delete;
    Gate& operator=(const Gate&) = delete;

    /// False when nobody left within `patience`. Who got in must leave().
    [[nodiscard]] bool enter(std::chrono::milliseconds patience);
    void leave() noexcept;

private:
    std::mutex mutex_;  // guards free_
    std::condition_variable somebody_left_;
    std::size_t free_;
};

/// Leaves when it is destroyed. Lives on the stack of who entered.
class GateHold {
public:
    explicit GateHold(Gate& gate) noexcept : gate_(gate) {}
    GateHold(const GateHold&) = delete;
    GateHold& operator=(const GateHold&) = delete;
    ~GateHold() { gate_.leave(); }

private:
    Gate& gate_;
};

}  // namespace zanhu::storage
