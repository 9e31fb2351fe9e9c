#include "core/http/percent.h"

namespace zanhu::http {

std::optional<std::string> decode_path(std::string_view raw_path) {
    std::optional<std::string> path = url_decode(raw_path);
    if (path && (path->find('\0') != std::string::npos || !is_utf8(*path))) path.reset();
    return path;
}

}  // namespace zanhu::http
