#include "core/connection/event_queue.h"

#include <algorithm>
#include <utility>

#include "core/base/metrics.h"

namespace zanhu::connection {

namespace {

Counter expired("inbox_expired_total", "Layer messages that expired before their consumer took them");

constexpr char k_help[] = "Events that wait for their application, by where they come from";
Gauge client_waiting("inbox_events", k_help, "source=\"client\"");
Gauge layer_waiting("inbox_events", k_help, "source=\"layer\"");
Gauge client_bytes("inbox_bytes", "Bytes of the events from clients that wait for their application");

std::size_t bytes_of(const Event& event) {
    if (const auto* message = std::get_if<Receive>(&event)) return message->data.size();
    if (const auto* body = std::get_if<HttpBody>(&event)) return body->bytes.size();
    return 0;
}

bool is_layer_event(const Event& event) {
    return std::holds_alternative<SharedMessage>(event);
}

}  // namespace

EventQueue::State::~State() {
    if (socket_events > 0) client_waiting.take(static_cast<std::int64_t>(socket_events));
    if (socket_bytes > 0) client_bytes.take(static_cast<std::int64_t>(socket_bytes));
    if (layer_events > 0) layer_waiting.take(static_cast<std::int64_t>(layer_events));
}

void EventQueue::push(Event event, Time now) {
    // The bound is one of bytes: what waits has no more room than it needs.
    if (auto* message = std::get_if<Receive>(&event)) message->data.shrink_to_fit();
    if (state_ == nullptr) state_ = std::make_unique<State>();
    State& state = *state_;
    if (is_layer_event(event)) {
        ++state.layer_events;
        layer_waiting.add();
    } else {
        const std::size_t bytes = bytes_of(event);
        ++state.socket_events;
        state.socket_bytes += bytes;
        client_waiting.add();
        client_bytes.add(static_cast<std::int64_t>(bytes));
    }
    if (state.first > state.entries.size() / 2) {
        state.entries.erase(state.entries.begin(),
                            state.entries.begin() + static_cast<std::ptrdiff_t>(state.first));
        state.first = 0;
    }
    state.entries.emplace_back(std::move(event), now);
}

void EventQueue::forget(const Event& event) noexcept {
    if (is_layer_event(event)) {
        --state_->layer_events;
        layer_waiting.take();
    } else {
        const std::size_t bytes = bytes_of(event);
        --state_->socket_events;
        state_->socket_bytes -= bytes;
        client_waiting.take();
        client_bytes.take(static_cast<std::int64_t>(bytes));
    }
}

bool EventQueue::pop(Event& event, Time now, std::chrono::milliseconds expiry) {
    while (state_ != nullptr) {
        Entry& entry = state_->entries[state_->first++];
        forget(entry.event);
        const bool late = is_layer_event(entry.event) && now - entry.arrived > expiry;
        if (late) {
            expired.add();
        } else {
            event = std::move(entry.event);
        }
        if (state_->first == state_->entries.size()) state_.reset();
        if (!late) return true;
    }
    return false;
}

void EventQueue::drop_oldest_layer_event() {
    auto& entries = state_->entries;
    const auto oldest = std::find_if(entries.begin() + static_cast<std::ptrdiff_t>(state_->first),
                                     entries.end(),
                                     [](const Entry& entry) { return is_layer_event(entry.event); });
    forget(oldest->event);
    entries.erase(oldest);
    if (state_->first == entries.size()) state_.reset();
}

}  // namespace zanhu::connection
