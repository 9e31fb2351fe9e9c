#include "app/admin_server.h"

#include <Poco/Logger.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <utility>

#include "app/admin_client.h"
#include "app/admin_socket.h"
#include "core/admin/codec.h"
#include "core/base/metrics.h"

namespace zanhu::app {

namespace {

Counter refused("admin_clients_refused_total",
                "Connections to the admin socket that were another user's or too many");

/// The line fits every socket buffer, so that nothing has to wait for it.
void turn_away(const net::Descriptor& descriptor, admin::Failure why, std::string message) {
    refused.add();
    Poco::Logger::get("zanhu.admin").warning("a client of the admin socket was turned away: " + message);
    const std::string line = admin::encode(admin::Reply(admin::Refusal(why, std::move(message))));
    [[maybe_unused]] const auto sent = ::send(descriptor.get(), line.data(), line.size(), MSG_NOSIGNAL);
}

}  // namespace

AdminServer::AdminServer(net::EpollLoop& loop, int descriptor, AdminOptions options, AdminHandler& handler)
    : loop_(loop),
      options_(std::move(options)),
      handler_(handler),
      listener_(std::make_unique<net::Listener>(
          loop, descriptor, [this](net::Descriptor accepted) { accept(std::move(accepted)); })) {}

AdminServer::~AdminServer() {
    assert(clients_.empty());
}

void AdminServer::accept(net::Descriptor descriptor) {
    if (stopping_) return;
    if (!peer_may_administer(descriptor.get())) {
        turn_away(descriptor,
                  admin::Failure::not_allowed,
                  "this daemon runs as uid " + std::to_string(::geteuid()) +
                      ": run zanhu-admin as that user, or as root");
        return;
    }
    if (clients_.size() >= options_.max_clients) {
        turn_away(descriptor,
                  admin::Failure::too_many_clients,
                  std::to_string(clients_.size()) +
                      " clients are connected to the admin socket, and more may not be: try again");
        return;
    }
    clients_.push_back(std::make_unique<AdminClient>(*this, std::move(descriptor)));
}

void AdminServer::stop(UniqueFunction stopped) {
    assert(!stopping_);
    stopping_ = true;
    stopped_ = std::move(stopped);
    ::unlink(options_.path.c_str());
    loop_.at_end_of_turn([listener = std::move(listener_)] {});
    for (const auto& client : clients_)
        client->stop();
    // With clients, the last of them to go reports: this server may be gone right after.
    if (clients_.empty()) loop_.at_end_of_turn([this] { report_if_stopped(); });
}

void AdminServer::remove(AdminClient& client) {
    loop_.at_end_of_turn([this, &client] {
        std::erase_if(clients_, [&client](const auto& one) { return one.get() == &client; });
        if (stopping_) report_if_stopped();
    });
}

void AdminServer::report_if_stopped() {
    if (!clients_.empty() || !stopped_) return;
    // Last: what is called may destroy this server.
    UniqueFunction stopped = std::move(stopped_);
    stopped();
}

}  // namespace zanhu::app
