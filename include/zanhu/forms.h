#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace zanhu {

/// The fields of a form, or of a query string, in order of arrival; a name may occur several times. All
/// UTF-8. A value type: its owner is whoever holds it; one thread at a time. Views are valid until it changes
/// or is destroyed.
class Form {
public:
    using Fields = std::vector<std::pair<std::string, std::string>>;

    Form() = default;
    explicit Form(Fields fields) : fields_(std::move(fields)) {}

    /// The last field of that name (Django: QueryDict gives the last one).
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;
    /// Every value of that name, in order.
    [[nodiscard]] std::vector<std::string_view> all(std::string_view name) const;

    [[nodiscard]] Fields::const_iterator begin() const noexcept { return fields_.begin(); }
    [[nodiscard]] Fields::const_iterator end() const noexcept { return fields_.end(); }
    [[nodiscard]] std::size_t size() const noexcept { return fields_.size(); }
    [[nodiscard]] bool empty() const noexcept { return fields_.empty(); }

private:
    Fields fields_;
};

/// Reads application/x-www-form-urlencoded: pieces between `&`, `+` is a space, a piece without `=` has an
/// empty value. nullopt, so that the caller answers 400, for a bad escape, bytes that are no UTF-8, or more
/// than `max_fields` fields.
[[nodiscard]] std::optional<Form> parse_urlencoded(std::string_view body, std::size_t max_fields = 1000);

/// `text` with everything but RFC 3986's unreserved characters (letters, digits, `-._~`) as %XX.
[[nodiscard]] std::string url_encode(std::string_view text);
/// The way back, strictly: nullopt for a `%` without two hexadecimal digits. `+` stays; the result may be any
/// bytes.
[[nodiscard]] std::optional<std::string> url_decode(std::string_view text);

/// `text` for HTML's text and quoted attributes: & < > " ' as entities, as Django's `escape` writes them.
[[nodiscard]] std::string html_escape(std::string_view text);

/// Whether `text` is well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms, nothing above U+10FFFF).
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

}  // namespace zanhu
