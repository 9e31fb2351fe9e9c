#pragma once

#include <span>
#include <string>
#include <string_view>

namespace zanhu::settings {

/// How many letters must be put in, taken out, changed or swapped with their neighbour to make one word of
/// the other; case does not count.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate nearest to a mistyped name, when it is near enough to be what was meant; else empty.
std::string nearest(std::string_view name, std::span<const std::string> candidates);

}  // namespace zanhu::settings
