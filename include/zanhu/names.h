#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

// Names of groups and channels (Channels: BaseChannelLayer's name checks). Free functions without state,
// callable from any thread.
namespace zanhu {

/// Fewer than 100 ASCII letters, digits, '-', '_', '.'; at least one.
[[nodiscard]] bool is_valid_group_name(std::string_view name) noexcept;

/// The same, optionally followed by '!' and more of those characters (the part that is local to a process,
/// which may be empty); fewer than 100 in all.
[[nodiscard]] bool is_valid_channel_name(std::string_view name) noexcept;

/// Where user_group() puts the user name into its pattern.
constexpr std::string_view k_username_place = "{username}";

/// What every escaped name begins with; a plain name that begins with it is escaped too.
constexpr std::string_view k_escaped_group_prefix = "zanhu.user.";

/// The same for what usable_group() escapes.
constexpr std::string_view k_escaped_name_prefix = "zanhu.group.";

/// What is wrong with a pattern for user_group(), as a sentence for the configuration check: it must hold
/// `{username}` exactly once.
std::optional<std::string> user_group_pattern_problem(std::string_view pattern);

using NameSet = std::set<std::string, std::less<>>;

/// The groups that zanhu's own consumers use: `notifications` and `broadcast`. No user's name may lead into
/// one of them.
const NameSet& reserved_group_names();

/// The group that all connections of a user join: the pattern with the user name in its place, so that a
/// Django view can send to it by name. A name that Channels would refuse, that is one of `reserved`, or that
/// begins with k_escaped_group_prefix becomes that prefix and 40 hexadecimal digits of the SHA-256 of the
/// user name. Different user names have different groups, so nobody takes another's by choosing a name. All
/// that join a user's group or send to it must use the same pattern and set. REQUIRES:
/// user_group_pattern_problem(pattern) has none
std::string user_group(std::string_view pattern,
                       std::string_view username,
                       const NameSet& reserved = reserved_group_names());

/// The group for a name of which a client chose a part, such as the room in `chat_<room>`: the name itself,
/// or k_escaped_name_prefix and 40 hexadecimal digits of its SHA-256 when Channels would refuse it, when it
/// is one of `reserved`, or when it begins with the prefix of an escaped name. Different names have different
/// groups.
std::string usable_group(std::string_view name, const NameSet& reserved = reserved_group_names());

}  // namespace zanhu
