#pragma once

#include <string>

namespace zanhu::app {

/// Whether the file is an ELF file that ends before its segments do, such as a copy that was interrupted: the
/// loader would map it and crash. False for what is no ELF file at all, which the loader refuses itself.
[[nodiscard]] bool is_cut_off(const std::string& file);

}  // namespace zanhu::app
