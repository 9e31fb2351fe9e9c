#pragma once

#include <chrono>

#include <zanhu/cancellation.h>
#include <zanhu/task.h>

#include "core/net/address.h"
#include "core/net/epoll_loop.h"

namespace zanhu::net {

/// Connects to `address` without blocking the loop, and gives the connected, non-blocking descriptor, which
/// the caller owns. Throws Error that says why not, and Cancelled. Loop thread only.
Task<int> connect_to(EpollLoop& loop, Address address, std::chrono::milliseconds timeout, CancelToken token);

}  // namespace zanhu::net
