#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <zanhu/task.h>
#include <zanhu/worker_pool.h>

#include "core/net/address.h"

namespace zanhu::net {

/// The addresses of a host, best first. An address in figures needs no look-up; a name is looked up on the
/// pool, since that blocks. Throws Error when there are none, and PoolSaturated. Loop threads.
Task<std::vector<Address>> resolve(WorkerPool& pool, std::string host, std::uint16_t port);

}  // namespace zanhu::net
