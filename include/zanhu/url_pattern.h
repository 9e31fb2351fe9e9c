#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <zanhu/scope.h>
#include <zanhu/value.h>

namespace zanhu {

/// What `<NAME:capture>` in a path() stands for (Django: a path converter). Registered once at start with
/// Components::add_converter, constant afterwards; any loop may call it.
class Converter {
public:
    Converter() = default;
    Converter(const Converter&) = delete;
    Converter& operator=(const Converter&) = delete;
    virtual ~Converter() = default;

    /// What a capture looks like, in the dialect of re_path(); without anchors.
    virtual std::string_view regex() const noexcept = 0;
    /// The value of a capture that regex() matched; std::nullopt: the route does not match (Django:
    /// ValueError in to_python). Another exception ends the connection.
    virtual std::optional<Value> to_value(std::string_view text) const = 0;
};

/// The converters that a path() can name. Django's five are always there: str, int, slug, uuid and path.
class Converters {
public:
    Converters();
    /// Throws ConfigError when the name is taken or is none, or when the regular expression cannot be used.
    void add(std::string name, std::shared_ptr<const Converter> converter);
    /// Null when there is none of that name.
    std::shared_ptr<const Converter> find(std::string_view name) const;
    /// For messages: `int, path, slug, str, uuid`.
    std::string names() const;

    /// Django's five alone.
    static const Converters& built_in();

private:
    std::map<std::string, std::shared_ptr<const Converter>, std::less<>> converters_;
};

/// A compiled pattern of paths, made by path() or re_path() below. Matching takes time in proportion to the
/// path, whatever the pattern, and allocates nothing when there is no match. Constant; any loop may use it.
class UrlPattern {
public:
    /// Where a match may end: a route is served there, or a router goes on with what is left over.
    enum class Extent : std::uint8_t { endpoint, prefix };

    UrlPattern(UrlPattern&&) noexcept;
    UrlPattern& operator=(UrlPattern&&) noexcept;
    ~UrlPattern();

    /// Adds the captures to `route`, and sets `rest` to what is left of `path` behind the match. Without a
    /// match both stay as they are.
    bool match(std::string_view path, Extent extent, UrlRoute& route, std::string_view& rest) const;
    const std::string& text() const noexcept;  ///< as it was written

private:
    struct Compiled;
    explicit UrlPattern(std::unique_ptr<const Compiled> compiled) noexcept;
    friend UrlPattern path(std::string_view route, const Converters& converters);
    friend UrlPattern re_path(std::string_view regex);

    std::unique_ptr<const Compiled> compiled_;
};

/// Django's path(): literal text and `<converter:name>` captures (`<name>` is `<str:name>`), from the path's
/// beginning, for an endpoint to its end. Throws ConfigError for an unknown converter, a name that is none, a
/// repeated name or an unclosed bracket.
UrlPattern path(std::string_view route, const Converters& converters = Converters::built_in());

/// Django's re_path(): a regular expression, found anywhere in the path unless it is anchored. Of an endpoint
/// whose expression ends in `$` the whole path must match. Named groups become kwargs; without any of them,
/// the others become args. It is Python's dialect as far as it can be matched in linear time: docs/routing.md
/// tells the differences. Throws ConfigError, with the pattern, for what there is not (lookahead,
/// lookbehind, backreferences).
UrlPattern re_path(std::string_view regex);

}  // namespace zanhu
