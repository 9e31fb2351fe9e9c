#pragma once

#include <optional>
#include <string>
#include <string_view>

// The two forms of a uuid (RFC 9562): with hyphens, as pages make it and the API shows it, and the 32 digits
// that Django keeps on SQLite (Django: UUIDField). Lower case. Free functions, any thread.
namespace zanhu::storage {

/// The 32 digits of a uuid in either form, of any case; std::nullopt for other texts.
std::optional<std::string> uuid_digits(std::string_view text);

/// With hyphens; a text that is not 32 characters long stays as it is.
std::string uuid_with_hyphens(std::string_view digits);

}  // namespace zanhu::storage
