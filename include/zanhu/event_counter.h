#pragma once

#include <cstdint>
#include <memory>

namespace zanhu {

/// A number that only grows, shown by `zanhu-admin status` and with the daemon's metrics: how often something
/// happened in this process. At namespace scope of the file that counts, one for each kind of event; any
/// thread. Texts must live as long as the program.
class EventCounter {
public:
    EventCounter(const char* name, const char* help);
    EventCounter(const EventCounter&) = delete;
    EventCounter& operator=(const EventCounter&) = delete;
    ~EventCounter();

    void add(std::uint64_t count = 1) noexcept;
    std::uint64_t value() const noexcept;

private:
    struct Held;
    std::unique_ptr<Held> held_;
};

}  // namespace zanhu
