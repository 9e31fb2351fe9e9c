#pragma once

#include <string>
#include <vector>

#include "bench/load/options.h"

namespace zanhu::bench {

/// Messages in flight on every connection, for a time.
void run_echo(const Options& options);
/// Messages of one socket that the server sends on to all the others; each is awaited by all.
void run_broadcast(const Options& options);
/// Connect, shake hands, close, again and again, some at once.
void run_handshake(const Options& options);
/// Connections that say nothing, opened and closed on demand.
void run_idle(const Options& options);

/// `{"operations": ..., "seconds": ..., "p50": ..., "p99": ...}`; times in microseconds.
std::string result_line(std::uint64_t operations,
                        std::uint64_t nanoseconds,
                        std::vector<std::uint64_t>& latencies);

}  // namespace zanhu::bench
