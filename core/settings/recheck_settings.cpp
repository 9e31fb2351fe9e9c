#include "core/settings/recheck_settings.h"

#include "core/settings/schema_parts.h"
#include "core/settings/settings.h"

namespace zanhu::settings {

namespace {

constexpr KeySpec k_recheck[] = {
    {.key = "interval",
     .kind = ValueKind::duration,
     .default_value = "60s",
     .help = "how often open sockets are looked up again: a session that ended, a user who was disabled, a "
             "password that changed close them with 4401; 0 is off",
     .minimum = 0,
     .maximum = k_day},
    {.key = "batch",
     .kind = ValueKind::integer,
     .default_value = "200",
     .help = "sockets that one statement looks up; each loop has one statement under way at a time",
     .minimum = 1,
     .maximum = 1000},
};

}  // namespace

std::span<const KeySpec> recheck_keys() {
    return k_recheck;
}

RecheckSettings RecheckSettings::from(const Settings& settings) {
    const ConfigView view = settings.section("recheck");
    RecheckSettings recheck;
    recheck.interval = view.duration("interval");
    recheck.batch = static_cast<std::size_t>(view.integer("batch"));
    return recheck;
}

}  // namespace zanhu::settings
