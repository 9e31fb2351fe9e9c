// C++23, for this file alone: nothing before it resizes a string without writing to it.
#include "core/base/resize_unfilled.h"

namespace zanhu {

void resize_unfilled(std::string& text, std::size_t size) {
    text.resize_and_overwrite(size, [](char*, std::size_t all) { return all; });
}

}  // namespace zanhu
