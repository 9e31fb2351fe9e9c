#pragma once

#include "web/site_context.h"

// Log-in, log-out and the chat page. As Handler says.
namespace zanhu::web {

/// GET /: the chat page, or the way to the log-in.
Task<Response> show_chat(SiteContext& context, const Request& request);
/// GET /login/
Task<Response> show_login(SiteContext& context, const Request& request);
/// POST /login/: username, password, next. Always makes a new session and removes the one that the browser
/// had, so that nobody can be logged in to a session that another knows.
Task<Response> log_in(SiteContext& context, const Request& request);
/// POST /logout/
Task<Response> log_out(SiteContext& context, const Request& request);

}  // namespace zanhu::web
