#include "consumers/group_pattern.h"

#include <algorithm>

#include <zanhu/errors.h>
#include <zanhu/names.h>

namespace zanhu::consumers {

namespace {

constexpr std::string_view k_user_group_place = "{user_group}";

}  // namespace

GroupPattern::GroupPattern(std::string_view pattern) : pattern_(pattern) {
    while (!pattern.empty()) {
        const std::size_t open = pattern.find('{');
        add(pattern.substr(0, open), false);
        if (open == std::string_view::npos) break;
        const std::size_t close = pattern.find('}', open);
        if (close == std::string_view::npos) {
            throw ConfigError("`" + pattern_ + "` has a brace that is not closed; write it as chat_{room}");
        }
        add(pattern.substr(open + 1, close - open - 1), true);
        pattern.remove_prefix(close + 1);
    }
    const bool usable = std::all_of(pieces_.begin(), pieces_.end(), [](const Piece& piece) {
        return piece.is_place || is_valid_group_name(piece.text);
    });
    if (pieces_.empty() || !usable) {
        throw ConfigError("`" + pattern_ +
                          "` cannot name a group; use ASCII letters, digits, '-', '_' and '.', fewer than "
                          "100, and {places}");
    }
    if (pattern_.find(k_user_group_place) != std::string::npos && pattern_ != k_user_group_place) {
        throw ConfigError("`" + pattern_ +
                          "` has something beside {user_group}, which is a whole name; write "
                          "{username}, or {user_group} alone");
    }
}

void GroupPattern::add(std::string_view text, bool is_place) {
    if (is_place && text.empty()) {
        throw ConfigError("`" + pattern_ + "` has empty braces; name a keyword of the route, or username");
    }
    if (!is_place && text.find('}') != std::string_view::npos) {
        throw ConfigError("`" + pattern_ + "` has a closing brace alone; write it as chat_{room}");
    }
    if (text.empty()) return;
    pieces_.push_back(Piece{is_place, std::string(text)});
    needs_user_ |= is_place && (text == "username" || text == "user_id" || text == "user_group");
}

std::string GroupPattern::value(const Piece& piece, const Scope& scope, const User& user) const {
    if (!piece.is_place) return piece.text;
    if (piece.text == "username") return user.username();
    if (piece.text == "user_id") return user.id();
    if (scope.url_route.kwargs.find(piece.text) == nullptr) {
        throw Error("the group `" + pattern_ + "` needs '" + piece.text + "', which the route of " +
                    scope.path + " does not capture");
    }
    return scope.url_route.kwarg_text(piece.text);
}

std::optional<std::string> GroupPattern::name(const Scope& scope,
                                              const User& user,
                                              const SiteOptions& site) const {
    if (needs_user_ && user.is_anonymous()) return std::nullopt;
    if (pattern_ == k_user_group_place || pattern_ == site.user_group) {
        return user_group(site.user_group, user.username());
    }
    std::string name;
    for (const Piece& piece : pieces_)
        name += value(piece, scope, user);
    const bool chosen =
        std::any_of(pieces_.begin(), pieces_.end(), [](const Piece& p) { return p.is_place; });
    return chosen ? usable_group(name) : name;
}

}  // namespace zanhu::consumers
