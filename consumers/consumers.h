#pragma once

#include <zanhu/components.h>

namespace zanhu::consumers {

/// Registers every consumer of this folder under its class name.
void add_consumers(Components& components);

}  // namespace zanhu::consumers
