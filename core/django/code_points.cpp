#include "core/django/code_points.h"

#include <Poco/UTF8Encoding.h>

namespace zanhu::django {

std::optional<std::u32string> code_points(std::string_view text) {
    static const Poco::UTF8Encoding encoding;
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    std::u32string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        int length = 1;
        int code_point = encoding.queryConvert(bytes + at, length);
        while (code_point < -1 && static_cast<std::size_t>(-code_point) <= text.size() - at) {
            length = -code_point;
            code_point = encoding.queryConvert(bytes + at, length);
        }
        if (code_point < 0) return std::nullopt;
        out += static_cast<char32_t>(code_point);
        at += static_cast<std::size_t>(length);
    }
    return out;
}

}  // namespace zanhu::django
