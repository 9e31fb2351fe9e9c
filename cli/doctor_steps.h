#pragma once

#include <optional>
#include <string>

#include "cli/context.h"
#include "cli/findings.h"

// The steps of `zanhu-admin doctor`: each looks at one thing and adds what it found. They change nothing, and
// show no secret.
namespace zanhu::cli {

void look_at_secret_key(const settings::Settings& settings, Findings& findings);
/// `origin`: of the page whose socket is refused; empty: which pages may connect.
void look_at_origin(const settings::Settings& settings, const std::string& origin, Findings& findings);
void look_at_daemon(Context& context, Findings& findings);
/// Every host of every layer; takes `[redis] connect_timeout` and `timeout` at most for each.
void look_at_layers(const settings::Settings& settings, Findings& findings);
/// False when sessions cannot be looked up.
bool look_at_database(Context& context, Findings& findings);

/// The session's key in a Cookie header, as the daemon reads it; empty when there is none.
std::string key_in_cookie(const settings::Settings& settings, const std::string& header, Findings& findings);
/// What the site's cache has of a session, where its engine has one. False when the session cannot be looked
/// up without it, and it cannot be asked.
bool look_at_cache(const settings::Settings& settings,
                   const std::string& key,
                   std::optional<std::string>& cached,
                   Findings& findings);
/// Whom a socket with that session would belong to, and if nobody, why.
void look_at_session(Context& context, const std::string& key, Findings& findings);

}  // namespace zanhu::cli
