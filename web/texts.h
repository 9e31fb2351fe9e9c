#pragma once

#include <span>
#include <string_view>

namespace zanhu::web {

enum class Language { english, chinese };

/// What a person may read on the site, once in each language. `{name}`, `{count}` and the like are filled in
/// by whoever shows the text.
struct Text {
    std::string_view key;
    std::string_view english;
    std::string_view chinese;
};

/// The language to answer in, from the value of an Accept-Language field (RFC 9110 12.5.4): the one of the
/// two with the higher quality value, the first named of equals, English when neither is acceptable. Every
/// zh-* is Chinese. A malformed range counts as absent.
[[nodiscard]] Language choose_language(std::string_view accept_language) noexcept;

/// The value of the html `lang` attribute and of Content-Language: "en" or "zh-CN".
[[nodiscard]] std::string_view language_tag(Language language) noexcept;

/// The text of that key; the key itself where there is none, which a reader sees and reports.
[[nodiscard]] std::string_view text(std::string_view key, Language language) noexcept;

/// The whole table.
[[nodiscard]] std::span<const Text> all_texts() noexcept;

}  // namespace zanhu::web
