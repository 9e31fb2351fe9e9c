#pragma once

#include <string>

#include <zanhu/link.h>
#include <zanhu/scope.h>

namespace zanhu::middleware {

/// Answers a request, or a handshake ahead of its accept, with that status and a line of text. The task needs
/// nothing of its caller's but the link.
Task<void> refuse(Link& link, int status, std::string text, Headers headers = {});

}  // namespace zanhu::middleware
