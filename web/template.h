#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "web/texts.h"

namespace zanhu::web {

/// What a template's names stand for; the views must outlive the rendering.
using TemplateValues = std::span<const std::pair<std::string_view, std::string_view>>;

/// An HTML file with `{{name}}` for values and `{{t:key}}` for texts, both put in HTML-escaped. Constant once
/// made; any thread may render. Owned by the site; the source must outlive it.
class Template {
public:
    /// Throws Error for a `{{` without its end, a text that does not exist, and a name that is not among
    /// `names`.
    Template(std::string_view source, std::span<const std::string_view> names);

    /// A name without a value becomes nothing.
    [[nodiscard]] std::string render(TemplateValues values, Language language) const;

private:
    struct Piece {
        enum class Kind : std::uint8_t { literal, value, text } kind;
        std::string_view content;
    };
    void add_placeholder(std::string_view content, std::span<const std::string_view> names);

    std::vector<Piece> pieces_;
};

}  // namespace zanhu::web
