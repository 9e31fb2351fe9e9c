#include "core/settings/nearest.h"

#include <Poco/Ascii.h>

#include <algorithm>
#include <vector>

namespace zanhu::settings {
namespace {

// Names are as long as their writer likes, and the table below is the product of two lengths.
constexpr std::size_t k_longest_name = 128;

bool same(char a, char b) {
    return Poco::Ascii::toLower(static_cast<unsigned char>(a)) ==
           Poco::Ascii::toLower(static_cast<unsigned char>(b));
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
    const std::size_t width = b.size() + 1;
    std::vector<std::size_t> table((a.size() + 1) * width);
    const auto at = [&](std::size_t i, std::size_t j) -> std::size_t& { return table[i * width + j]; };
    for (std::size_t i = 0; i <= a.size(); ++i)
        at(i, 0) = i;
    for (std::size_t j = 0; j <= b.size(); ++j)
        at(0, j) = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t changed = at(i - 1, j - 1) + (same(a[i - 1], b[j - 1]) ? 0 : 1);
            at(i, j) = std::min({at(i - 1, j) + 1, at(i, j - 1) + 1, changed});
            if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1])) {
                at(i, j) = std::min(at(i, j), at(i - 2, j - 2) + 1);
            }
        }
    }
    return table.back();
}

std::string nearest(std::string_view name, std::span<const std::string> candidates) {
    if (name.size() > k_longest_name) return {};
    std::string best;
    std::size_t best_distance = std::max<std::size_t>(1, name.size() / 3) + 1;
    for (const auto& candidate : candidates) {
        const auto distance = edit_distance(name, candidate);
        if (distance < best_distance) {
            best_distance = distance;
            best = candidate;
        }
    }
    return best;
}

}  // namespace zanhu::settings
