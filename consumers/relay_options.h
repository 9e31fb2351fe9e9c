#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <zanhu/event_handlers.h>
#include <zanhu/settings.h>

#include "consumers/group_pattern.h"

namespace zanhu::consumers {

/// What one route's RelayConsumer does, read from its section. Made at the start, then constant; owned by the
/// factory; any thread reads.
struct RelayOptions {
    enum class OnMessage : std::uint8_t { ignore, echo, group, channel };
    enum class Who : std::uint8_t { anybody, authenticated, staff, superuser };
    /// json: an object, whose keys become the event's. text: text, under `text`. any: text, or bytes under
    /// `bytes`.
    enum class Takes : std::uint8_t { json, text, any };

    static std::span<const KeySpec> keys();
    /// Throws ConfigError. `forward` is completed with the handlers of the consumer.
    static RelayOptions from(const ConfigView& section, const Services& services);

    /// Whether a connection without a user is no use: it is refused, or all its messages are.
    bool needs_user() const noexcept;

    std::string layer;
    bool strict = false;
    std::vector<GroupPattern> groups;
    EventHandlers handlers;
    OnMessage on_message = OnMessage::ignore;
    std::optional<GroupPattern> group;  ///< where a message goes
    std::string channel;                ///< or the general channel
    std::string event;
    Who who = Who::authenticated;
    Takes takes = Takes::json;
    bool close_when_full = true;
};

}  // namespace zanhu::consumers
