#include "core/admin/fields.h"

namespace zanhu::admin {

const Value* Fields::find(std::string_view key) {
    taken_.emplace(key);
    return map_.find(key);
}

template <class T>
const T& Fields::required(std::string_view key, const char* kind) {
    const Value* value = find(key);
    if (value == nullptr) throw BadLine("the field '" + std::string(key) + "' is missing");
    const T* held = value->as<T>();
    if (held == nullptr) throw BadLine("the field '" + std::string(key) + "' must be " + kind);
    return *held;
}

std::string Fields::text(std::string_view key) {
    return required<std::string>(key, "a text");
}

std::string Fields::optional_text(std::string_view key) {
    if (map_.find(key) == nullptr) return {};
    std::string found = text(key);
    if (found.empty()) throw BadLine("the field '" + std::string(key) + "' is empty; leave it out");
    return found;
}

std::int64_t Fields::number(std::string_view key) {
    const std::int64_t found = required<std::int64_t>(key, "an integer");
    if (found < 0) throw BadLine("the field '" + std::string(key) + "' must not be negative");
    return found;
}

bool Fields::boolean(std::string_view key) {
    return required<bool>(key, "true or false");
}

const ValueMap& Fields::map(std::string_view key) {
    return required<ValueMap>(key, "an object");
}

void Fields::finish() const {
    for (const auto& [key, value] : map_) {
        if (!taken_.contains(key)) throw BadLine("there is no field '" + key + "' in this message");
    }
}

}  // namespace zanhu::admin
