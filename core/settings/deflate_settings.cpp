#include "core/settings/deflate_settings.h"

#include <cstdint>

#include <zanhu/errors.h>

#include "core/settings/settings.h"
#include "core/settings/value.h"

namespace zanhu::settings {

DeflateSettings DeflateSettings::from(const Settings& settings) {
    const auto view = settings.section("deflate");
    DeflateSettings deflate;
    deflate.enabled = view.boolean("enabled");
    deflate.threshold = view.bytes("threshold");
    deflate.level = static_cast<int>(view.integer("level"));
    deflate.memory_level = static_cast<int>(view.integer("memory_level"));
    deflate.server_max_window_bits = static_cast<unsigned>(view.integer("server_max_window_bits"));
    deflate.client_max_window_bits = static_cast<unsigned>(view.integer("client_max_window_bits"));
    deflate.server_no_context_takeover = view.boolean("server_no_context_takeover");
    deflate.client_no_context_takeover = view.boolean("client_no_context_takeover");
    deflate.max_contexts = static_cast<std::size_t>(view.integer("max_contexts"));
    deflate.context_timeout = view.duration("context_timeout");
    deflate.max_unfinished = view.bytes("max_unfinished");
    const std::size_t message = settings.section("websocket").bytes("max_message_size");
    if (deflate.enabled && deflate.max_unfinished < message) {
        throw ConfigError(settings.describe(
            "deflate",
            "max_unfinished",
            "is smaller than [websocket] max_message_size, so that one message alone would be too many; "
            "raise it to " +
                format_bytes(static_cast<std::int64_t>(message)) + " or more"));
    }
    return deflate;
}

}  // namespace zanhu::settings
