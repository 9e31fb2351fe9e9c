#include <zanhu/event_counter.h>

#include "core/base/metrics.h"

namespace zanhu {

struct EventCounter::Held {
    Held(const char* name, const char* help) : counter(name, help) {}
    Counter counter;
};

EventCounter::EventCounter(const char* name, const char* help) : held_(std::make_unique<Held>(name, help)) {}

EventCounter::~EventCounter() = default;

void EventCounter::add(std::uint64_t count) noexcept {
    held_->counter.add(count);
}

std::uint64_t EventCounter::value() const noexcept {
    return held_->counter.value();
}

}  // namespace zanhu
