#include "web/login_throttle.h"

#include <Poco/Net/IPAddress.h>

#include <algorithm>

namespace zanhu::web {
namespace {

constexpr std::size_t k_longest_account = 600;  // 150 characters, which is Django's longest user name
constexpr unsigned k_subscriber_bits = 64;

std::string network_of(std::string_view address) {
    Poco::Net::IPAddress ip;
    if (!Poco::Net::IPAddress::tryParse(std::string(address), ip)) return std::string(address);
    if (ip.family() == Poco::Net::AddressFamily::IPv6 && !ip.isIPv4Mapped()) {
        ip = ip & Poco::Net::IPAddress(k_subscriber_bits, Poco::Net::AddressFamily::IPv6);
    }
    return ip.toString();
}

}  // namespace

LoginThrottle::LoginThrottle(std::int64_t limit, std::chrono::seconds window, std::size_t capacity)
    : accounts_(limit, window, capacity), addresses_(limit, window, capacity) {}

LoginThrottle::Client::Client(std::string_view username, std::string_view client_address)
    : account(username.substr(0, k_longest_account)), address(network_of(client_address)) {}

std::optional<std::chrono::seconds> LoginThrottle::begin(const Client& client, Clock::time_point now) {
    const std::lock_guard lock(mutex_);
    auto wait = accounts_.wait(client.account, now);
    if (counts(client)) {
        const auto address_wait = addresses_.wait(client.address, now);
        if (address_wait) wait = std::max(wait.value_or(Clock::duration::zero()), *address_wait);
    }
    if (wait) return std::chrono::ceil<std::chrono::seconds>(*wait);
    accounts_.add(client.account, now);
    if (counts(client)) addresses_.add(client.address, now);
    return std::nullopt;
}

void LoginThrottle::cancel(const Client& client) {
    const std::lock_guard lock(mutex_);
    accounts_.take_back(client.account);
    if (counts(client)) addresses_.take_back(client.address);
}

void LoginThrottle::succeed(const Client& client) {
    const std::lock_guard lock(mutex_);
    accounts_.forget(client.account);
    if (counts(client)) addresses_.take_back(client.address);
}

}  // namespace zanhu::web
