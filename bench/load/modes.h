#pragma once

#include <string>
#include <vector>

#include "bench/load/options.h"

namespace zanhu::bench {

/// Messages in flight on every connection, for a time.
void run_echo(const Options& options);
/// Messages of one socket, at the trigger, that all the others get: in flight as many as wanted.
void run_broadcast(const Options& options);
/// Messages that somebody else causes, until all have all of them or nothing comes any more. The result has
/// `last`, the moment of the last one on the monotonic clock in nanoseconds, instead of latencies.
void run_listen(const Options& options);
/// Connect, shake hands, close, again and again, some at once.
void run_handshake(const Options& options);
/// Connections that say nothing, opened and closed on demand.
void run_idle(const Options& options);

/// `{"operations": ..., "seconds": ..., "p50": ..., "p99": ...}`; times in microseconds.
std::string result_line(std::uint64_t operations,
                        std::uint64_t nanoseconds,
                        std::vector<std::uint64_t>& latencies);

}  // namespace zanhu::bench
