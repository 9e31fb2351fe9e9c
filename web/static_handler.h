#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "web/request.h"
#include "web/response.h"

namespace zanhu::web {

/// The files of web/static, which the program holds, under /static/. Their names never change with their
/// content, so browsers keep them and ask by ETag whether they are still right. Constant once made; any
/// thread. Owned by the site.
class StaticHandler {
public:
    StaticHandler();

    /// nullptr when there is no such file for browsers; the pages' templates are none.
    struct File {
        std::string_view bytes;
        std::string_view content_type;
        std::string etag;
    };
    [[nodiscard]] const File* find(std::string_view name) const;
    /// The file, or 304 when the browser has it.
    [[nodiscard]] static Response answer(const File& file, const Request& request);

private:
    std::unordered_map<std::string_view, File> files_;
};

}  // namespace zanhu::web
