#include "app/admin_handler.h"

#include <Poco/DateTime.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/Timestamp.h>
#include <unistd.h>

#include <utility>

#include <zanhu/names.h>

#include "core/base/metrics.h"
#include "core/base/version.h"

namespace zanhu::app {

namespace {

LayerMessage broadcast_message(std::string text) {
    LayerMessage message("broadcast.message");
    message.set("text", std::move(text));
    message.set("created_at", Poco::DateTimeFormatter::format(Poco::Timestamp(), "%Y-%m-%dT%H:%M:%s") + "Z");
    return message;
}

/// What the person reads in the close frame; at most 123 bytes fit there.
const char* reason_of(admin::Change change) {
    switch (change) {
        case admin::Change::disabled:
            return "the account was disabled";
        case admin::Change::deleted:
            return "the account was deleted";
        case admin::Change::password:
            break;
    }
    return "the password was changed; log in again";
}

Task<admin::Reply> ping() {
    co_return admin::Pong();
}

admin::Reply reached(std::size_t connections) {
    return admin::Reached(static_cast<std::int64_t>(connections));
}

}  // namespace

DaemonAdminHandler::DaemonAdminHandler(Services& services, ChannelLayers& layers, StateQuery state)
    : services_(services), layers_(layers), state_(std::move(state)) {}

Task<admin::Reply> DaemonAdminHandler::handle(admin::Request request) {
    if (auto* wanted = std::get_if<admin::Broadcast>(&request)) return broadcast(std::move(*wanted));
    if (auto* changed = std::get_if<admin::UserChanged>(&request)) return close_sockets(std::move(*changed));
    if (std::holds_alternative<admin::StatusQuery>(request)) return status();
    return ping();
}

Task<admin::Reply> DaemonAdminHandler::broadcast(admin::Broadcast broadcast) {
    if (!broadcast.user.empty()) {
        const std::optional<User> user = co_await services_.accounts().find_by_username(broadcast.user);
        if (!user) {
            co_return admin::Refusal(
                admin::Failure::no_such_user,
                "there is no user '" + broadcast.user + "'; `zanhu-admin user list` shows them");
        }
        broadcast.group = user_group(services_.site().user_group, user->username());
    } else if (!broadcast.group.empty() && !is_valid_group_name(broadcast.group)) {
        co_return admin::Refusal(
            admin::Failure::bad_request,
            "'" + broadcast.group +
                "' cannot be a group: use fewer than 100 ASCII letters, digits, '-', '_' and '.'");
    }
    LayerMessage message = broadcast_message(std::move(broadcast.text));
    if (broadcast.group.empty())
        co_return reached(co_await layers_.broadcast(services_.connections(), std::move(message)));
    co_return reached(co_await layers_.group_send(std::move(broadcast.group), std::move(message)));
}

Task<admin::Reply> DaemonAdminHandler::close_sockets(admin::UserChanged changed) {
    const std::size_t closed = co_await services_.connections().close_user(
        std::move(changed.user_id), CloseCode::session_ended, reason_of(changed.what));
    co_return admin::Closed(static_cast<std::int64_t>(closed));
}

Task<admin::Reply> DaemonAdminHandler::status() {
    const DaemonState state = co_await state_();
    admin::Status status;
    status.daemon_version = k_version;
    status.pid = ::getpid();
    const auto uptime = std::chrono::steady_clock::now() - started_;
    status.uptime_seconds = std::chrono::duration_cast<std::chrono::seconds>(uptime).count();
    status.connections = static_cast<std::int64_t>(state.connections);
    status.websockets = static_cast<std::int64_t>(state.websockets);
    status.draining = state.draining;
    for (const Metric* metric : all_metrics())
        status.counters[metric->title()] = metric->value();
    co_return status;
}

}  // namespace zanhu::app
