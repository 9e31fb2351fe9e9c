#pragma once

#include <string_view>

#include "web/response.h"
#include "web/template.h"

namespace zanhu::web {

/// The site's HTML pages, made once from the files of web/static. Constant; any thread. Owned by the site.
class PageSet {
public:
    /// Throws Error when a file is missing or is no valid template.
    PageSet();

    /// What a page shows; a view each, empty where the page has no use for it.
    struct Values {
        Values() = default;
        std::string_view title;
        std::string_view csrf_token;
        std::string_view next;
        std::string_view username;
        std::string_view error;
        bool demo = false;
    };
    [[nodiscard]] Response login(int status, const Values& values, Language language) const;
    [[nodiscard]] Response chat(const Values& values, Language language) const;
    [[nodiscard]] Response error(int status, const Values& values, Language language) const;

private:
    Template login_;
    Template chat_;
    Template error_;
};

}  // namespace zanhu::web
