#include "middleware/ip_filter.h"

#include <string>

#include <zanhu/errors.h>
#include <zanhu/event_counter.h>
#include <zanhu/limited_log.h>

#include "middleware/refusal.h"

namespace zanhu::middleware {

namespace {

constexpr KeySpec k_keys[] = {
    {"allow",
     ValueKind::list,
     "",
     "addresses and networks that are let in, such as 10.0.0.0/8, ::1, unix or unknown; empty: all but "
     "unknown"},
    {"deny", ValueKind::list, "", "those that are refused, also when `allow` has them"},
};

LimitedLog refused_log("zanhu.middleware");
EventCounter refused("ip_filter_refused_total", "Clients that IpFilter refused by their address");

IpRanges ranges(const ConfigView& section, std::string_view key) {
    try {
        return IpRanges(section.list(key));
    } catch (const ConfigError& error) {
        throw ConfigError(section.describe(key, error.what()));
    }
}

}  // namespace

Task<void> IpFilter::run(Scope& scope, Link& link) {
    const std::string& address = scope.client.address;
    // Who is unknown may be one of those in `deny`.
    const bool everybody = rules_.allow.empty() && IpRanges::is_known(address);
    const bool allowed = everybody || rules_.allow.contains(address);
    if (allowed && !rules_.deny.contains(address)) return inner_.run(scope, link);
    refused.add();
    refused_log.information("refused " + address + " for " + scope.path + ": its address is not let in");
    return refuse(link, 403, "your address is not let in here");
}

std::span<const KeySpec> IpFilterFactory::keys() const {
    return k_keys;
}

void IpFilterFactory::configure(const ConfigView& section, Services&) {
    rules_.allow = ranges(section, "allow");
    rules_.deny = ranges(section, "deny");
    if (rules_.allow.empty() && rules_.deny.empty()) {
        throw ConfigError(section.describe(
            "allow",
            "is empty, and `deny` too, so nobody is refused; set one of them, or leave IpFilter out"));
    }
}

}  // namespace zanhu::middleware
