#include "core/settings/problems.h"

#include <Poco/String.h>

#include <algorithm>

namespace zanhu::settings {

void Problems::add(const std::string& lines) {
    std::string::size_type start = 0;
    while (start < lines.size()) {
        const auto end = std::min(lines.find('\n', start), lines.size());
        auto line = lines.substr(start, end - start);
        if (!line.empty() && std::find(lines_.begin(), lines_.end(), line) == lines_.end()) {
            lines_.push_back(std::move(line));
        }
        start = end + 1;
    }
}

void Problems::raise_if_any() const {
    if (empty()) return;
    throw ConfigError(Poco::cat(std::string("\n"), lines_.begin(), lines_.end()));
}

}  // namespace zanhu::settings
