#include "core/net/resolve.h"

#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>

#include <memory>

#include <zanhu/errors.h>
#include <zanhu/sync.h>

namespace zanhu::net {

namespace {

std::vector<Address> look_up(const std::string& host, std::uint16_t port, int flags) {
    // A name server that is away would hold this thread up for longer than anybody waits for the answer.
    thread_local const bool impatient = [] {
        if (::res_init() != 0) return false;
        _res.retrans = 1;  // seconds
        _res.retry = 2;
        return true;
    }();
    (void)impatient;
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = flags;
    addrinfo* first = nullptr;
    const int failure = ::getaddrinfo(host.c_str(), nullptr, &hints, &first);
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(first, &::freeaddrinfo);
    std::vector<Address> addresses;
    if (failure != 0 && (flags & AI_NUMERICHOST) != 0) return addresses;
    if (failure != 0) throw Error("the host '" + host + "' is not known: " + ::gai_strerror(failure));
    for (const addrinfo* info = first; info != nullptr; info = info->ai_next) {
        char text[NI_MAXHOST];
        if (::getnameinfo(info->ai_addr, info->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST) !=
            0)
            continue;
        const std::string name = info->ai_family == AF_INET6 ? "[" + std::string(text) + "]" : text;
        if (name.find('%') != std::string::npos) continue;  // an address of one link, which needs its scope
        addresses.push_back(Address::parse(name + ":" + std::to_string(port)));
    }
    return addresses;
}

}  // namespace

Task<std::vector<Address>> resolve(WorkerPool& pool, std::string host, std::uint16_t port) {
    std::vector<Address> addresses = look_up(host, port, AI_NUMERICHOST);
    if (!addresses.empty()) co_return addresses;
    auto job = [&host, port] { return look_up(host, port, 0); };
    addresses = co_await sync_to_async(pool, job);
    if (addresses.empty()) throw Error("the host '" + host + "' has no address that can be used");
    co_return addresses;
}

}  // namespace zanhu::net
