#include "core/storage/server_failure.h"

#include <Poco/String.h>

#include <algorithm>

namespace zanhu::storage {

std::string one_line(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
    return Poco::trim(text);
}

}  // namespace zanhu::storage
