#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace zanhu::http {

/// The elements of a list field, the last one first: proxies append, so what stands further left was written
/// further away, in the end by the client itself. An element is looked at only when it is asked for; what the
/// client put into the field spoils nothing that proxies wrote behind it.
class ElementsFromEnd {
public:
    /// The field's lines in order of arrival: views that outlive this.
    explicit ElementsFromEnd(std::vector<std::string_view> lines) : lines_(std::move(lines)) {}

    /// The next element to the left, without the blanks around it; empty ones are left out. std::nullopt at
    /// the beginning, and where a quoted string has no beginning.
    std::optional<std::string_view> next();

private:
    std::vector<std::string_view> lines_;
};

/// Who stands before a proxy, as that proxy says.
struct ForwardedNode {
    std::string host;  ///< an address without brackets, not checked further; an obfuscated name with its `_`;
                       ///< empty: unknown
    std::uint16_t port = 0;  ///< 0: not said
};

/// One element of the field Forwarded (RFC 7239 section 4).
struct ForwardedElement {
    std::optional<ForwardedNode> forwarded_for;
    std::string proto;  ///< in lower case; empty: not said
};

/// std::nullopt for what RFC 7239 does not allow.
std::optional<ForwardedElement> parse_forwarded(std::string_view element);

/// One element of X-Forwarded-For: an address, with or without a port (then IPv6 in brackets), `unknown`, or
/// an obfuscated name. std::nullopt for anything else.
std::optional<ForwardedNode> parse_forwarded_for(std::string_view element);

}  // namespace zanhu::http
