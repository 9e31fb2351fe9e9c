#pragma once

#include <Poco/Data/Statement.h>

#include <cstddef>
#include <string>
#include <vector>

namespace zanhu::storage {

/// `(?, ?, ?)`, for IN. REQUIRES: count > 0.
inline std::string places(std::size_t count) {
    std::string text = "(?";
    for (std::size_t i = 1; i < count; ++i)
        text += ", ?";
    return text + ")";
}

/// Binds a copy of each value to the next place.
template <class T>
void bind_all(Poco::Data::Statement& statement, const std::vector<T>& values) {
    for (const T& value : values)
        statement, Poco::Data::Keywords::bind(value);
}

}  // namespace zanhu::storage
