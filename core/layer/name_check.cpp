#include "core/layer/name_check.h"

#include <zanhu/errors.h>
#include <zanhu/names.h>

namespace zanhu::layer {

void check_group(const std::string& group) {
    if (is_valid_group_name(group)) return;
    throw InvalidName(
        "'" + group +
        "' cannot name a group: use ASCII letters, digits, '-', '_' and '.', fewer than 100 of them");
}

void check_channel(std::string_view channel) {
    if (is_valid_channel_name(channel)) return;
    throw InvalidName(
        "'" + std::string(channel) +
        "' cannot name a channel: use ASCII letters, digits, '-', '_' and '.', and at most one '!'");
}

}  // namespace zanhu::layer
