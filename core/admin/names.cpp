#include "core/admin/names.h"

#include <array>
#include <cstddef>

namespace zanhu::admin {

namespace {

// In the order of the enumerators.
constexpr std::array k_changes = {"disabled", "deleted", "password"};
constexpr std::array k_failures = {"bad_request",
                                   "unsupported_version",
                                   "not_allowed",
                                   "too_many_clients",
                                   "timed_out",
                                   "no_such_user",
                                   "failed"};

template <class Enum, std::size_t N>
std::optional<Enum> find(const std::array<const char*, N>& names, std::string_view name) noexcept {
    for (std::size_t i = 0; i < N; ++i) {
        if (names[i] == name) return static_cast<Enum>(i);
    }
    return std::nullopt;
}

}  // namespace

const char* name_of(Change change) noexcept {
    return k_changes[static_cast<std::size_t>(change)];
}

const char* name_of(Failure failure) noexcept {
    return k_failures[static_cast<std::size_t>(failure)];
}

std::optional<Change> change_of(std::string_view name) noexcept {
    return find<Change>(k_changes, name);
}

std::optional<Failure> failure_of(std::string_view name) noexcept {
    return find<Failure>(k_failures, name);
}

}  // namespace zanhu::admin
