#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <zanhu/scope.h>
#include <zanhu/services.h>

namespace zanhu::consumers {

/// A group's name with places in braces, from the configuration: `{username}`, `{user_id}`, `{user_group}`
/// (the user's group as [site] user_group has it; alone), or a keyword of the route, as in `chat_{room}`.
/// Constant; any thread.
class GroupPattern {
public:
    /// Throws ConfigError: what is wrong, and what to do.
    explicit GroupPattern(std::string_view pattern);

    bool needs_user() const noexcept { return needs_user_; }

    /// The name for one connection; std::nullopt when it needs a user and nobody is logged in. A name that
    /// cannot be a group, or that a client could choose to get into another's, is escaped (usable_group).
    /// Throws Error when the route has no such keyword.
    std::optional<std::string> name(const Scope& scope, const User& user, const SiteOptions& site) const;

private:
    struct Piece {
        bool is_place;
        std::string text;
    };
    void add(std::string_view text, bool is_place);
    std::string value(const Piece& piece, const Scope& scope, const User& user) const;

    std::string pattern_;
    std::vector<Piece> pieces_;
    bool needs_user_ = false;
};

}  // namespace zanhu::consumers
