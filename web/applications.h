#pragma once

#include <zanhu/components.h>

namespace zanhu::web {

/// Registers the built-in site under the name "Site". Called once at start, on the main thread.
/// Throws ConfigError when the name is taken.
void add_web_applications(Components& components);

}  // namespace zanhu::web
