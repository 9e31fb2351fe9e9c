#include "core/storage/row.h"

#include <charconv>

namespace zanhu::storage {

const std::string& Row::text(std::size_t column) const {
    static const std::string null;
    const auto& value = columns_.at(column);
    return value ? *value : null;
}

std::int64_t Row::integer(std::size_t column) const {
    const std::string& digits = text(column);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return error == std::errc() && end == digits.data() + digits.size() ? number : 0;
}

bool Row::boolean(std::size_t column) const {
    const std::string& value = text(column);
    return !value.empty() && value != "0" && value != "f";
}

}  // namespace zanhu::storage
