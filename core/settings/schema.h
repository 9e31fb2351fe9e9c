#pragma once

#include <span>
#include <string>
#include <string_view>

#include <zanhu/settings.h>

namespace zanhu::settings {

/// One section that zanhu itself reads.
struct SectionSpec {
    std::string_view section;
    std::span<const KeySpec> keys;
    std::string_view help;
};

/// Every fixed section, in the order in which they are documented. The sections of middleware and routes are
/// not here: their keys are declared by the factories of what they configure.
std::span<const SectionSpec> schema();

/// The fixed section of that name (case does not count, as in POCO's INI reader), or null.
/// `channel_layer.NAME`, a channel layer beside the default one, is as [channel_layer].
const SectionSpec* find_section(std::string_view name);

/// What the section of a channel layer beside the default one begins with; its alias follows.
constexpr std::string_view k_layer_prefix = "channel_layer.";
bool is_layer_section(std::string_view section);

/// One value of a component's section that is in force when no file says otherwise, so that zanhu without a
/// file is a complete site. A file may override each of them.
struct BuiltInValue {
    std::string_view section;
    std::string_view key;
    std::string_view value;
};

std::span<const BuiltInValue> built_in_values();

/// The keys that every component's section has beside its own: `path`, `consumer` and more of `route.NAME`,
/// `consumer` and more of `worker.NAME`, else `class`.
std::span<const KeySpec> common_component_keys(std::string_view section);

/// `[route.` and `[worker.` sections name consumers, all others middleware.
bool is_route_section(std::string_view section);
bool is_worker_section(std::string_view section);

}  // namespace zanhu::settings
