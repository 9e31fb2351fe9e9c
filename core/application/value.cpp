#include <zanhu/value.h>

namespace zanhu {

ValueMap& ValueMap::set(std::string key, Value value) {
    for (Entry& entry : entries_) {
        if (entry.first == key) {
            entry.second = std::move(value);
            return *this;
        }
    }
    entries_.emplace_back(std::move(key), std::move(value));
    return *this;
}

bool ValueMap::remove(std::string_view key) {
    return std::erase_if(entries_, [key](const Entry& entry) { return entry.first == key; }) > 0;
}

const Value* ValueMap::find(std::string_view key) const noexcept {
    for (const Entry& entry : entries_) {
        if (entry.first == key) return &entry.second;
    }
    return nullptr;
}

const std::string* ValueMap::find_text(std::string_view key) const noexcept {
    const Value* value = find(key);
    return value == nullptr ? nullptr : value->as<std::string>();
}

bool ValueMap::operator==(const ValueMap& other) const {
    if (size() != other.size()) return false;
    for (const Entry& entry : entries_) {
        const Value* value = other.find(entry.first);
        if (value == nullptr || !(*value == entry.second)) return false;
    }
    return true;
}

}  // namespace zanhu
