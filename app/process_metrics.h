#pragma once

#include "core/base/exposition.h"

namespace zanhu::app {

/// What Prometheus' clients tell of every process (process_...), the build, and the allocator's memory. Reads
/// /proc: some milliseconds with very many descriptors, so not on a loop that serves clients.
void add_process_metrics(Exposition& exposition);

}  // namespace zanhu::app
