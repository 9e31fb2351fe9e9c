#include <stdexcept>

#include <zanhu/settings.h>

#include "core/settings/value.h"

namespace zanhu {
namespace {

template <class T>
T required(std::optional<T> value, const std::string& section, std::string_view key, const char* kind) {
    if (!value) {
        throw std::logic_error("[" + section + "] " + std::string(key) + " is read as " + kind +
                               ", but its KeySpec has another kind");
    }
    return *std::move(value);
}

}  // namespace

const std::string& ConfigView::at(std::string_view key) const {
    const auto found = values_.find(key);
    if (found == values_.end()) {
        throw std::logic_error("[" + section_ + "] " + std::string(key) +
                               " is read, but no KeySpec declares it");
    }
    return found->second;
}

const std::string& ConfigView::text(std::string_view key) const {
    return at(key);
}

std::int64_t ConfigView::integer(std::string_view key) const {
    return required(settings::parse_integer(at(key)), section_, key, "an integer");
}

bool ConfigView::boolean(std::string_view key) const {
    return required(settings::parse_boolean(at(key)), section_, key, "a boolean");
}

std::chrono::milliseconds ConfigView::duration(std::string_view key) const {
    return std::chrono::milliseconds(
        required(settings::parse_duration(at(key)), section_, key, "a duration"));
}

std::size_t ConfigView::bytes(std::string_view key) const {
    return static_cast<std::size_t>(required(settings::parse_bytes(at(key)), section_, key, "a size"));
}

std::vector<std::string> ConfigView::list(std::string_view key) const {
    return required(settings::parse_list(at(key)), section_, key, "a list");
}

std::string ConfigView::describe(std::string_view key, const std::string& problem) const {
    const auto found = places_.find(key);
    const std::string place = found == places_.end() ? "configuration" : found->second;
    return place + ": [" + section_ + "] " + std::string(key) + ": " + problem;
}

}  // namespace zanhu
