#pragma once

#include <zanhu/components.h>

namespace zanhu::middleware {

/// Registers every middleware of this folder under its name in Channels.
void add_middleware(Components& components);

}  // namespace zanhu::middleware
