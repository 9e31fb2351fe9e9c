#pragma once

#include <cstddef>

namespace zanhu::app {

/// Raises the limit of open files to what so many connections need, as far as the system allows it, and says
/// in the log when that is not far enough. At start, on the main thread.
void raise_descriptor_limit(std::size_t connections);

}  // namespace zanhu::app
