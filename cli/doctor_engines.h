#pragma once

#include <string>

#include <zanhu/anonymous.h>

#include "core/storage/session_store.h"

// What `zanhu-admin doctor` says of a session, depending on where the site keeps its sessions. Without the
// session's key, which is as good as a password.
namespace zanhu::cli {

/// What is wrong with the text that should be a key of that engine.
std::string why_no_key(const storage::SessionOptions& options, const std::string& key);
std::string remedy_for_no_key(const storage::SessionOptions& options, const std::string& key);

/// Of a session that can be used, whoever's it is. `cached`: it is from the site's cache.
std::string what_is_good(const storage::SessionOptions& options, bool cached);

/// What to look at beside the sentence for the reason; empty: nothing.
std::string remedy_for_session(const storage::SessionOptions& options,
                               AnonymousReason reason,
                               const std::string& key);

}  // namespace zanhu::cli
