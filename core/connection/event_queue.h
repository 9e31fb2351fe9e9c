#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <zanhu/events.h>

namespace zanhu::connection {

/// Events that a connection's application has not taken yet, in order of arrival. Counts socket and layer
/// events apart, because each has a bound of its own; the bounds are its owner's affair. Holds no memory
/// while it is empty. Loop thread only.
class EventQueue {
public:
    using Time = std::chrono::steady_clock::time_point;

    bool empty() const noexcept { return state_ == nullptr; }
    std::size_t socket_events() const noexcept { return state_ == nullptr ? 0 : state_->socket_events; }
    std::size_t socket_bytes() const noexcept { return state_ == nullptr ? 0 : state_->socket_bytes; }
    std::size_t layer_events() const noexcept { return state_ == nullptr ? 0 : state_->layer_events; }

    void push(Event event, Time now);
    /// Takes the first event. A layer message older than `expiry` is left out and counted. False when there
    /// is none.
    bool pop(Event& event, Time now, std::chrono::milliseconds expiry);
    /// Forgets the oldest layer message. REQUIRES: layer_events() > 0.
    void drop_oldest_layer_event();

private:
    struct Entry {
        Entry(Event e, Time t) : event(std::move(e)), arrived(t) {}
        Event event;
        Time arrived;
    };
    struct State {
        State() = default;
        State(const State&) = delete;
        State& operator=(const State&) = delete;
        ~State();
        std::vector<Entry> entries;
        std::size_t first = 0;
        std::size_t socket_events = 0;
        std::size_t socket_bytes = 0;
        std::size_t layer_events = 0;
    };

    void forget(const Event& event) noexcept;

    std::unique_ptr<State> state_;
};

}  // namespace zanhu::connection
