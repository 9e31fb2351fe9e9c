#pragma once

#include <cstdint>
#include <string_view>

#include "web/site_context.h"

namespace zanhu::web {

/// What an API and a page say in the same words: a code for programs, a text for people.
struct Refusal {
    int status;
    std::string_view code;
    std::string_view text_key;
};

inline constexpr Refusal k_bad_request{400, "bad_request", "bad_request"};
inline constexpr Refusal k_disallowed_host{400, "disallowed_host", "disallowed_host"};
inline constexpr Refusal k_not_logged_in{401, "not_logged_in", "login_required"};
inline constexpr Refusal k_csrf_failed{403, "csrf_failed", "csrf_failed"};
inline constexpr Refusal k_not_found{404, "not_found", "not_found"};
inline constexpr Refusal k_method_not_allowed{405, "method_not_allowed", "method_not_allowed"};
inline constexpr Refusal k_too_large{413, "too_large", "too_large"};
inline constexpr Refusal k_unsupported_type{415, "unsupported_type", "bad_request"};
inline constexpr Refusal k_server_error{500, "server_error", "server_error"};
inline constexpr Refusal k_storage{503, "storage", "storage_error"};
inline constexpr Refusal k_busy{503, "busy", "server_busy"};

/// As JSON under /api/, else as a page, in the reader's language.
[[nodiscard]] Response refuse(const SiteContext& context, const Request& request, const Refusal& refusal);

}  // namespace zanhu::web
