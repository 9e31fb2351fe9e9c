#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <zanhu/packed_fields.h>

namespace zanhu {

/// The cookies of one request, read by Django's rules (Django: parse_cookie), which differ from RFC 6265's:
/// a piece without `=` is the value of the cookie named "", a `;` inside quotes still splits, a value in
/// double quotes is unquoted, the last of several cookies of one name wins. Bytes are kept as they came
/// (Latin-1 in meaning). A value type: its owner is whoever holds it; one thread at a time. Views are valid
/// until it is changed or destroyed.
class Cookies {
public:
    Cookies() = default;
    /// `header` is the value of the request's first Cookie field; it is copied.
    explicit Cookies(std::string_view header);

    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;
    [[nodiscard]] bool contains(std::string_view name) const noexcept { return find(name).has_value(); }
    [[nodiscard]] bool empty() const noexcept { return fields_.empty(); }
    /// Gives the memory back.
    void clear() noexcept { fields_.clear(); }

private:
    PackedFields fields_;
};

enum class SameSite { unset, lax, strict, none };

/// One Set-Cookie field, written as Django's HttpResponse.set_cookie() and delete_cookie() write it.
/// A value type; one thread at a time.
struct SetCookie {
    SetCookie(std::string cookie_name, std::string cookie_value)
        : name(std::move(cookie_name)), value(std::move(cookie_value)) {}

    /// The cookie that makes a browser forget one; path, domain and same_site must be those that it was set
    /// with.
    [[nodiscard]] static SetCookie deletion(std::string name,
                                            std::string path = "/",
                                            std::string domain = {},
                                            SameSite same_site = SameSite::unset);

    /// The field's value. A value of other than token characters is put in quotes, with octal escapes, so
    /// that any bytes can be carried. Of max_age and expires the one that is missing follows from the other
    /// and `now`. Throws std::invalid_argument when the name is no cookie name, or path or domain holds `;`
    /// or a control character.
    [[nodiscard]] std::string to_string(
        std::chrono::system_clock::time_point now = std::chrono::system_clock::now()) const;

    std::string name;
    std::string value;
    std::optional<std::chrono::seconds> max_age;
    std::optional<std::chrono::system_clock::time_point> expires;
    std::string path = "/";  ///< left out when empty, as is domain
    std::string domain;
    bool secure = false;
    bool http_only = false;
    SameSite same_site = SameSite::unset;
};

}  // namespace zanhu
