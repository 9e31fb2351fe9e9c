#include <ostream>

#include "cli/command.h"
#include "cli/context.h"
#include "cli/daemon_client.h"
#include "cli/text.h"

namespace zanhu::cli {

namespace {

std::string duration(std::int64_t seconds) {
    constexpr std::int64_t k_minute = 60;
    constexpr std::int64_t k_hour = 60 * k_minute;
    constexpr std::int64_t k_day = 24 * k_hour;
    std::string text;
    if (seconds >= k_day) text += std::to_string(seconds / k_day) + "d ";
    if (seconds >= k_hour) text += std::to_string(seconds % k_day / k_hour) + "h ";
    if (seconds >= k_minute) text += std::to_string(seconds % k_hour / k_minute) + "m ";
    return text + std::to_string(seconds % k_minute) + "s";
}

void print_text(const admin::Status& status, const std::string& socket, std::ostream& out) {
    Table table;
    table.add_row({"version", status.daemon_version});
    table.add_row({"pid", std::to_string(status.pid)});
    table.add_row({"socket", socket});
    table.add_row({"uptime", duration(status.uptime_seconds)});
    table.add_row({"connections", std::to_string(status.connections)});
    table.add_row({"websockets", std::to_string(status.websockets)});
    table.add_row({"draining", status.draining ? "yes" : "no"});
    table.print(out);
    if (status.counters.empty()) return;
    out << '\n';
    Table counters;
    for (const auto& [name, value] : status.counters)
        counters.add_row({name, std::to_string(value)});
    counters.print(out);
}

void print_json(const admin::Status& status, Context& context) {
    ValueMap counters;
    for (const auto& [name, value] : status.counters)
        counters.set(name, value);
    ValueMap map;
    map.set("version", status.daemon_version)
        .set("pid", status.pid)
        .set("socket", context.admin_socket())
        .set("uptime_seconds", status.uptime_seconds)
        .set("connections", status.connections)
        .set("websockets", status.websockets)
        .set("draining", status.draining)
        .set("counters", std::move(counters));
    context.print_json(map);
}

ExitCode run(const Arguments&, Context& context) {
    const auto reply = context.ask_daemon(admin::StatusQuery());
    if (!reply) throw Failure(ExitCode::no_daemon, no_daemon(context.admin_socket()));
    const auto* status = std::get_if<admin::Status>(&*reply);
    if (status == nullptr) throw Failure(ExitCode::failed, "the daemon gave an answer to another question");
    if (context.json()) {
        print_json(*status, context);
    } else {
        print_text(*status, context.admin_socket(), context.out());
    }
    return ExitCode::ok;
}

}  // namespace

const Command k_status = {.name = "status",
                          .arguments = "",
                          .least = 0,
                          .most = 0,
                          .summary = "says how the running daemon is doing",
                          .details = "",
                          .options = {},
                          .run = run};

}  // namespace zanhu::cli
