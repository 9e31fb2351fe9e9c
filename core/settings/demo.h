#pragma once

#include <string>
#include <vector>

#include "core/settings/settings.h"

namespace zanhu::settings {

/// Where the demo keeps its database, key and admin socket: $ZANHU_DEMO_DIR, else $XDG_STATE_HOME/zanhu-demo,
/// else ~/.local/state/zanhu-demo. Throws ConfigError when none of them is set.
std::string demo_directory(const Environment& environment);

/// What the flag --demo of the daemon and the CLI means: a database, layer and key of its own, whatever the
/// file and the environment name. Throws as demo_directory() does.
std::vector<Override> demo_overrides(const Environment& environment);

/// Makes the demo's directory (mode 0700) and a secret key in it if they are not there, before
/// Settings::load() reads the key. Throws ConfigError when that fails.
void make_demo_files(const Environment& environment);

}  // namespace zanhu::settings
