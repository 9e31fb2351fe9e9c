#include "cli/tell_daemon.h"

#include "cli/failure.h"

namespace zanhu::cli {

std::string Told::text() const {
    if (!daemon_running) return "; no daemon is running";
    return "; " + std::to_string(sockets_closed) + (sockets_closed == 1 ? " socket" : " sockets") + " closed";
}

void Told::add_to(ValueMap& map) const {
    map.set("daemon_running", daemon_running).set("sockets_closed", sockets_closed);
}

Told tell_daemon(Context& context,
                 const storage::Account& account,
                 admin::Change change,
                 const std::string& done) {
    Told told;
    try {
        const auto reply =
            context.ask_daemon(admin::UserChanged(account.user.id(), account.user.username(), change));
        if (!reply) return told;
        const auto* closed = std::get_if<admin::Closed>(&*reply);
        if (closed == nullptr) throw Error("it gave an answer to another question");
        told.daemon_running = true;
        told.sockets_closed = closed->sockets;
        return told;
    } catch (const Error& error) {
        throw Failure(ExitCode::failed,
                      done + ", but the running daemon could not be told, so that open sockets stay open: " +
                          error.what());
    }
}

}  // namespace zanhu::cli
