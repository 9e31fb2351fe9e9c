#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "core/admin/message.h"

// The messages as lines. Free functions, any thread.
namespace zanhu::admin {

/// With the end of the line. Throws Error when a text is not UTF-8.
std::string encode(const Request& request);
std::string encode(const Reply& reply);

/// The request of a line without its end, or why it is none. Strict: an unknown request, field or version is
/// refused with its name.
std::variant<Request, Refusal> decode_request(std::string_view line);

/// The answer of a line without its end. Throws Error for a line that is none.
Reply decode_reply(std::string_view line);

}  // namespace zanhu::admin
