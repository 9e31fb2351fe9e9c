#pragma once

#include <string>
#include <string_view>

namespace zanhu::layer {

// Throw InvalidName for what Channels would refuse. Any thread.
void check_group(const std::string& group);
void check_channel(std::string_view channel);

}  // namespace zanhu::layer
