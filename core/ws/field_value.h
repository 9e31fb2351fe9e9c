#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace zanhu::ws {

/// The values of all field lines of one name, in order of arrival.
using FieldLines = std::span<const std::string_view>;

/// One parameter of an offered extension: a name, and a value unless it stands alone.
struct ExtensionParameter {
    std::string_view name;
    std::optional<std::string> value;  ///< unquoted
};

/// One offer of Sec-WebSocket-Extensions. The views are into the field.
struct Extension {
    std::string_view name;
    std::vector<ExtensionParameter> parameters;
};

/// So many subprotocols, extensions, and parameters of one extension are read; more is refused, since every
/// one is compared with the others or kept.
inline constexpr std::size_t k_max_offers = 64;

/// Whether every element of the list is a token, or two with a slash between (Upgrade: name/version). Empty
/// elements are passed over, as RFC 9110 5.6.1 has it.
[[nodiscard]] bool is_token_list(FieldLines lines) noexcept;

/// Sec-WebSocket-Protocol (RFC 6455 11.3.4): distinct tokens in order of preference. What is wrong is said in
/// `error`; no line at all is in order.
[[nodiscard]] std::vector<std::string_view> parse_subprotocols(FieldLines lines, std::string_view& error);

/// Sec-WebSocket-Extensions (RFC 6455 9.1): names and parameters; a quoted value has to be a token once it is
/// unquoted. What is wrong is said in `error`; no line at all is in order.
[[nodiscard]] std::vector<Extension> parse_extensions(FieldLines lines, std::string_view& error);

}  // namespace zanhu::ws
