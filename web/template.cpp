#include "web/template.h"

#include <algorithm>

#include <zanhu/errors.h>
#include <zanhu/forms.h>

namespace zanhu::web {

Template::Template(std::string_view source, std::span<const std::string_view> names) {
    while (!source.empty()) {
        const std::size_t start = source.find("{{");
        if (start != 0) pieces_.push_back({Piece::Kind::literal, source.substr(0, start)});
        if (start == std::string_view::npos) return;
        const std::size_t end = source.find("}}", start);
        if (end == std::string_view::npos) throw Error("a template has '{{' without '}}': close it");
        add_placeholder(source.substr(start + 2, end - start - 2), names);
        source.remove_prefix(end + 2);
    }
}

void Template::add_placeholder(std::string_view content, std::span<const std::string_view> names) {
    if (content.starts_with("t:")) {
        content.remove_prefix(2);
        if (std::ranges::find(all_texts(), content, &Text::key) == all_texts().end()) {
            throw Error("a template asks for the text '" + std::string(content) +
                        "', which web/texts.cpp lacks");
        }
        pieces_.push_back({Piece::Kind::text, content});
    } else {
        if (std::ranges::find(names, content) == names.end()) {
            throw Error("a template asks for the value '" + std::string(content) +
                        "', which pages do not get");
        }
        pieces_.push_back({Piece::Kind::value, content});
    }
}

std::string Template::render(TemplateValues values, Language language) const {
    std::string html;
    for (const Piece& piece : pieces_) {
        if (piece.kind == Piece::Kind::literal) {
            html += piece.content;
        } else if (piece.kind == Piece::Kind::text) {
            html += html_escape(text(piece.content, language));
        } else {
            const auto value =
                std::ranges::find(values, piece.content, [](const auto& v) { return v.first; });
            if (value != values.end()) html += html_escape(value->second);
        }
    }
    return html;
}

}  // namespace zanhu::web
