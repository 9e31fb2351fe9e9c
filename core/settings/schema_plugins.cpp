#include "core/settings/schema_parts.h"

namespace zanhu::settings {
namespace {

constexpr KeySpec k_plugins[] = {
    {.key = "load",
     .kind = ValueKind::list,
     .default_value = "",
     .help = "libraries to load, each as an absolute path or as NAME for NAME.so in the directory"},
    {.key = "directory",
     .kind = ValueKind::text,
     .default_value = "",
     .help = "where libraries without a path are; empty: zanhu/ beside libzanhu.so"},
};

}  // namespace

std::span<const KeySpec> plugins_keys() {
    return k_plugins;
}

}  // namespace zanhu::settings
