#include "core/settings/listen.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "core/settings/settings.h"

namespace zanhu::settings {
namespace {

bool is_host(std::string_view host) {
    return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
               c == '-';
    });
}

// Not Poco::Net::IPAddress::tryParse, which takes `::` for a failure.
bool is_ipv6(const std::string& host) {
    in6_addr address;
    return ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

// Empty when the entry is right, else what is wrong with it.
std::string parse_listen(const std::string& entry, ListenAddress& address) {
    const auto colon = entry.rfind(':');
    const auto bracket = entry.rfind(']');
    if (colon == std::string::npos || (bracket != std::string::npos && colon < bracket)) {
        return "`" + entry + "` has no port; write " + entry + ":8000";
    }
    auto host = entry.substr(0, colon);
    if (host.empty()) return "`" + entry + "` has no host; write 0.0.0.0" + entry + " for all addresses";
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
        if (!is_ipv6(host)) return "`" + entry + "` is not an IPv6 address; write it as [::1]:8000";
    } else if (host.find(':') != std::string::npos) {
        return "`" + entry + "` is an IPv6 address without brackets; write it as [::1]:8000";
    } else if (!is_host(host)) {
        return "`" + entry + "` is not an address; write host:port, such as 127.0.0.1:8000";
    }
    const auto* first = entry.data() + colon + 1;
    const auto* last = entry.data() + entry.size();
    const auto [end, error] = std::from_chars(first, last, address.port);
    if (first == last || error != std::errc() || end != last) {
        return "`" + entry + "` has a port that is not a number from 0 to 65535; write host:8000";
    }
    address.host = std::move(host);
    return {};
}

}  // namespace

std::string ListenAddress::text() const {
    const bool brackets = host.find(':') != std::string::npos;
    return (brackets ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::vector<ListenAddress> read_listen(const Settings& settings,
                                       std::string_view section,
                                       Problems& problems) {
    std::vector<ListenAddress> addresses;
    for (const auto& entry : settings.section(section).list("listen")) {
        ListenAddress address;
        auto problem = parse_listen(entry, address);
        const bool again =
            address.port != 0 && std::find(addresses.begin(), addresses.end(), address) != addresses.end();
        if (problem.empty() && again) problem = "`" + entry + "` is there twice; remove one of the two";
        if (!problem.empty()) problems.add(settings.describe(section, "listen", problem));
        addresses.push_back(address);
    }
    return addresses;
}

}  // namespace zanhu::settings
