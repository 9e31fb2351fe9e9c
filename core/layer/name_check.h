#pragma once

#include <string>

namespace zanhu::layer {

// Throw InvalidName for what Channels would refuse. Any thread.
void check_group(const std::string& group);
void check_channel(const std::string& channel);

}  // namespace zanhu::layer
