#pragma once

#include <string>

#include "core/settings/document.h"

namespace zanhu::settings {

// The two formats behind parse_document(); neither expands `${...}`.
Document parse_ini(const std::string& file, const std::string& text, Problems& problems);
Document parse_json(const std::string& file, const std::string& text, Problems& problems);

}  // namespace zanhu::settings
