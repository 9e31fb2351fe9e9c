#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <zanhu/forms.h>

namespace zanhu::http {

/// `text` with every %XX replaced by its byte; nullopt for a `%` without two hexadecimal digits. `+` stays.
[[nodiscard]] inline std::optional<std::string> percent_decode(std::string_view text) {
    return url_decode(text);
}

/// `text` with everything but RFC 3986's unreserved characters as %XX.
[[nodiscard]] inline std::string percent_encode(std::string_view text) {
    return url_encode(text);
}

/// A request's path as applications see it: decoded; nullopt for a bad escape, bytes that are no UTF-8, or a
/// NUL. Other control characters may be in it: who logs a path escapes it.
[[nodiscard]] std::optional<std::string> decode_path(std::string_view raw_path);

}  // namespace zanhu::http
