#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace zanhu::app {

/// What the operator or the system asks of the daemon.
enum class SignalRequest : std::uint8_t { reload, reopen_logs, terminate };

/// Blocks the signals that the daemon waits for, in this thread and those it will start, and gives crashes
/// back to the system's default, so that core dumps and sanitizers work. A limit on the size of files becomes
/// an error of the write. To be called first in main().
void block_signals();

/// Waits on the main thread for HUP, USR1, TERM, INT or QUIT; std::nullopt after the time-out.
std::optional<SignalRequest> wait_for_signal(std::chrono::milliseconds timeout);

}  // namespace zanhu::app
