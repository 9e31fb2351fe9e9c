#include <algorithm>
#include <variant>

#include <zanhu/errors.h>
#include <zanhu/event_handlers.h>

namespace zanhu {

namespace {

const EventHandlers::Entry* find_in(const std::vector<EventHandlers::Entry>& entries, std::string_view type) {
    for (const EventHandlers::Entry& entry : entries) {
        if (entry.type == type) return &entry;
    }
    return nullptr;
}

std::string_view name_of(const Event& event, bool http) {
    if (std::holds_alternative<Connect>(event)) return "websocket.connect";
    if (std::holds_alternative<Receive>(event)) return "websocket.receive";
    if (std::holds_alternative<HttpBody>(event)) return "http.request";
    return http ? "http.disconnect" : "websocket.disconnect";
}

}  // namespace

const EventHandlers::Entry* EventHandlers::find(std::string_view type) const noexcept {
    return find_in(entries_, type);
}

const EventHandlers::Entry* EventHandlers::find(const Event& event, bool http) const noexcept {
    return find_in(own_, name_of(event, http));
}

EventHandlers& EventHandlers::add(std::string type, Function function) {
    const bool of_layer = detail::names_event<SharedMessage>(type);
    if (!of_layer && function == nullptr)
        throw Error("'" + type + "' is no layer message, so it cannot be forwarded; give it a handler");
    auto& entries = of_layer ? entries_ : own_;
    entries.push_back(Entry{std::move(type), function});
    return *this;
}

}  // namespace zanhu
