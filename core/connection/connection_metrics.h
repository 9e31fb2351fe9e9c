#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include <zanhu/close_code.h>

namespace zanhu::connection {

// What is counted of connections under labels. Any thread.

/// How a handshake was answered: 101, or the status of its refusal.
void count_handshake(int status) noexcept;
/// How long the application took to accept one.
void observe_accept(std::chrono::nanoseconds duration) noexcept;

/// Whose close frame ended an open WebSocket; nobody: the peer vanished, or did not answer.
enum class ClosedBy : std::uint8_t { server, client, nobody };
void count_close(ClosedBy by, CloseCode code) noexcept;

/// An application that has not ended `timeout` after its Disconnect, which is logged too.
void count_unfinished(std::string_view path, std::chrono::milliseconds timeout);

/// A response to a plain HTTP request, from the application or without it.
void count_response(int status) noexcept;

}  // namespace zanhu::connection
