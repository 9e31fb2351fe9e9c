#pragma once

#include <optional>
#include <string_view>

#include "core/admin/message.h"

// The words of the protocol for its enumerations. Free functions, any thread.
namespace zanhu::admin {

std::optional<Change> change_of(std::string_view name) noexcept;
std::optional<Failure> failure_of(std::string_view name) noexcept;

}  // namespace zanhu::admin
