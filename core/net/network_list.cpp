#include "core/net/network_list.h"

#include <algorithm>
#include <charconv>

#include <zanhu/errors.h>

namespace zanhu::net {

namespace {

constexpr unsigned k_v4_offset = 96;  // where the bits of an IPv4 address begin

[[noreturn]] void refuse(const std::string& entry, const std::string& why) {
    throw ConfigError("`" + entry + "` " + why);
}

}  // namespace

NetworkList::NetworkList(std::span<const std::string> entries) {
    for (const std::string& entry : entries) {
        if (entry == "unix") {
            unix_ = true;
        } else {
            networks_.push_back(parse(entry));
        }
    }
}

NetworkList::Network NetworkList::parse(const std::string& entry) {
    const std::size_t slash = entry.find('/');
    const auto address = IpAddress::parse(std::string_view(entry).substr(0, slash));
    if (!address) {
        refuse(entry, "is no address; write one such as 10.0.0.7, a network such as 10.0.0.0/8, or unix");
    }
    const unsigned offset = address->is_v4() ? k_v4_offset : 0;
    unsigned bits = 128;
    if (slash != std::string::npos) {
        const std::string_view digits = std::string_view(entry).substr(slash + 1);
        unsigned written = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), written);
        if (error != std::errc() || end != digits.data() + digits.size() || written > 128 - offset) {
            refuse(entry, "has no length of 0 to " + std::to_string(128 - offset) + " behind its slash");
        }
        bits = offset + written;
    }
    const IpAddress network = address->masked(bits);
    if (network != *address) {
        refuse(entry,
               "is an address within a network; write the network, " + network.to_string() +
                   entry.substr(slash) + ", or leave out the slash");
    }
    return Network{network, bits};
}

bool NetworkList::contains(const IpAddress& address) const noexcept {
    return std::any_of(networks_.begin(), networks_.end(), [&address](const Network& network) {
        return network.address.shares(address, network.bits);
    });
}

bool NetworkList::contains(std::string_view address) const {
    if (address.empty()) return unix_;
    if (networks_.empty()) return false;
    const auto parsed = IpAddress::parse(address);
    return parsed && contains(*parsed);
}

}  // namespace zanhu::net
