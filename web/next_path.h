#pragma once

#include <string_view>

namespace zanhu::web {

/// Whether a log-in may lead there: a path of this site that no browser reads as another site's address
/// (Django: url_has_allowed_host_and_scheme; narrower, since only paths are taken).
[[nodiscard]] bool is_safe_next(std::string_view next) noexcept;

/// `next` when it is safe, else the site's first page.
[[nodiscard]] std::string_view safe_next(std::string_view next) noexcept;

}  // namespace zanhu::web
