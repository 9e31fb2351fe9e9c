#include "tests/application/socket_services.h"

#include <stdexcept>
#include <utility>

#include <zanhu/errors.h>

namespace zanhu::test {

Task<ValueMap> KnownSessions::load(std::string) {
    throw std::logic_error("a socket's session is loaded together with its user");
}

Task<SessionAndUser> KnownSessions::authenticate(std::string key) {
    asked.push_back(key);
    Turn turn(loop_);
    co_await turn;
    if (broken) throw StorageError("the database is gone");
    SessionAndUser found;
    if (const auto session = open.find(key); session != open.end()) {
        found.user = session->second;
        found.data.set("_auth_user_id", found.user.id());
    }
    co_return found;
}

Task<std::string> KnownSessions::log_in(std::string) {
    throw std::logic_error("a socket logs nobody in");
}

Task<void> KnownSessions::log_out(std::string) {
    throw std::logic_error("a socket logs nobody out");
}

SocketServices::SocketServices(TestLoop& loop)
    : known(loop), loop_(loop), loops_{&loop}, layer_(layer::MemoryLayer::Options(), loops_) {}

ChannelLayer& SocketServices::channel_layer(std::string_view alias) {
    if (alias != "default") throw ConfigError("no channel layer of that name");
    return layer_;
}

WorkerPool& SocketServices::pool(std::string_view name) {
    if (name != "sync") throw ConfigError("no pool of that name");
    return sync_;
}

Accounts& SocketServices::accounts() {
    throw std::logic_error("a socket asks for no account");
}

Messages& SocketServices::messages() {
    throw std::logic_error("a socket stores no message");
}

Connections& SocketServices::connections() {
    throw std::logic_error("a socket leaves the other sockets alone");
}

std::size_t SocketServices::group_send(std::string group, LayerMessage message) {
    return loop_.run(layer_.group_send(std::move(group), std::move(message)));
}

}  // namespace zanhu::test
