// Connection: from an address to a server that is greeted.
#include <utility>

#include <zanhu/errors.h>

#include "core/net/connect.h"
#include "core/net/resolve.h"
#include "core/redis/command.h"
#include "core/redis/connection.h"

namespace zanhu::redis {

namespace {

std::string auth_command(const Credentials& credentials) {
    if (credentials.user.empty()) return command("AUTH", credentials.password);
    return command("AUTH", credentials.user, credentials.password);
}

/// Throws Error for an error of Redis. One that wants a password says so to whatever it is asked first.
void require(const Reply& reply, const char* otherwise) {
    if (!reply.is_error()) return;
    // A server that does not know AUTH repeats what was sent to it.
    const std::string said = reply.text().substr(0, reply.text().find(", with args"));
    if (said.starts_with("NOAUTH")) throw Error("it wants a password: " + said);
    throw Error(otherwise + said);
}

/// Asks one Sentinel where the master is. Throws Error.
Task<HostPort> ask_sentinel(net::EpollLoop& loop, WorkerPool& resolver, ConnectionOptions options) {
    const std::string master = options.target.master();
    std::string problem;
    HostPort found;
    Connection sentinel(loop, resolver, std::move(options), nullptr);
    sentinel.start();
    try {
        const Reply reply = co_await sentinel.call(command("SENTINEL", "get-master-addr-by-name", master));
        if (reply.items().size() == 2) {
            found.host = reply.items()[0].text();
            found.port = static_cast<std::uint16_t>(std::stoul(reply.items()[1].text()));
        } else {
            problem = "it knows no master '" + master + "'";
        }
    } catch (const std::exception& error) {
        problem = error.what();
    }
    co_await sentinel.stop();
    if (!problem.empty()) throw Error(problem);
    co_return found;
}

}  // namespace

Task<HostPort> Connection::locate() {
    const Target& target = options_.target;
    if (!target.unix_path().empty()) co_return HostPort();
    HostPort place = target.hosts().front();
    if (!target.master().empty() && !target.is_sentinel_node()) {
        std::string problem;
        bool found = false;
        for (const HostPort& sentinel : target.hosts()) {
            ConnectionOptions options = options_;
            options.target = target.sentinel(sentinel);
            options.first_address = failures_;  // it has one attempt
            try {
                place = co_await ask_sentinel(loop_, resolver_, std::move(options));
                found = true;
            } catch (const Error& error) {
                problem = error.what();
            }
            if (cancel_.cancelled()) throw Cancelled();
            if (found) break;
        }
        if (!found) throw Error("no Sentinel tells where the master is; the last one said: " + problem);
    }
    co_return place;
}

Task<net::Address> Connection::address_of(HostPort place) {
    const std::string& path = options_.target.unix_path();
    if (!path.empty()) co_return net::Address::unix_socket(path);
    const std::vector<net::Address> addresses =
        co_await net::resolve(resolver_, std::move(place.host), place.port);
    // A name with several addresses: the next attempt takes the next one.
    co_return addresses[(options_.first_address + failures_) % addresses.size()];
}

Task<void> Connection::open() {
    const HostPort place = co_await locate();
    const net::Address address = co_await address_of(place);
    const int descriptor =
        co_await net::connect_to(loop_, address, options_.connect_timeout, cancel_.token());
    reader_.emplace(options_.max_reply);
    net::Stream::Owner& owner = *this;
    stream_ = std::make_unique<net::Stream>(loop_, descriptor, owner);
    // The greeting waits in the stream until the handshake is done, under its own deadline.
    if (options_.tls != nullptr) stream_->start_tls_as_client(*options_.tls, place.host);
    co_await greet();
}

Task<Reply> Connection::say(std::string command) {
    saying_ = true;
    Call call(*this, std::move(command));
    saying_ = false;
    co_return co_await call;
}

Task<void> Connection::greet() {
    const Target& target = options_.target;
    const bool is_sentinel = target.is_sentinel_node();
    state_ = State::greeting;
    if (!target.credentials().password.empty()) {
        const Reply reply = co_await say(auth_command(target.credentials()));
        require(reply, "it refused the password: ");
    }
    // A user without the right to CLIENT goes without a name.
    if (!options_.name.empty() && !is_sentinel) co_await say(command("CLIENT", "SETNAME", options_.name));
    if (target.database() != 0) {
        const Reply reply = co_await say(command("SELECT", std::to_string(target.database())));
        require(reply, "it has no such database: ");
    }
    if (!target.master().empty() && !is_sentinel) {
        const Reply reply = co_await say(command("ROLE"));
        if (reply.items().empty() || reply.items().front().text() != "master")
            throw Error("the server that Sentinel named is no master yet");
    }
    const Reply reply = co_await say(command("PING"));
    require(reply, "it is not ready: ");
}

}  // namespace zanhu::redis
