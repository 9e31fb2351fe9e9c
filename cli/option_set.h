#pragma once

#include <Poco/Util/OptionSet.h>

#include <span>

#include "cli/arguments.h"

namespace zanhu::cli {

/// The options as POCO's parser and help formatter want them.
Poco::Util::OptionSet option_set(std::span<const OptionSpec> options);

}  // namespace zanhu::cli
