#pragma once

#include <cstddef>
#include <string>

namespace zanhu {

/// Makes `text` that long, for a caller who writes all of it: what stood in it is gone, and nothing is filled
/// with zeros. Throws std::bad_alloc.
void resize_unfilled(std::string& text, std::size_t size);

}  // namespace zanhu
