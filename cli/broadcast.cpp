#include <array>
#include <ostream>

#include <zanhu/forms.h>
#include <zanhu/names.h>

#include "cli/command.h"
#include "cli/context.h"
#include "cli/daemon_client.h"

namespace zanhu::cli {

namespace {

constexpr std::array k_options = {
    OptionSpec{.name = "group", .argument = "NAME", .help = "only to the connections in this group"},
    OptionSpec{.name = "user", .argument = "NAME", .help = "only to this user's connections"},
};

void check(const admin::Broadcast& broadcast, const Arguments& arguments) {
    if (arguments.has("group") && arguments.has("user")) {
        throw Failure(ExitCode::usage,
                      "a broadcast goes to a --group or to a --user, not to both; leave one out");
    }
    if (arguments.has("user") && broadcast.user.empty())
        throw Failure(ExitCode::usage, "the name after --user is empty");
    if (arguments.has("group") && !is_valid_group_name(broadcast.group)) {
        throw Failure(ExitCode::usage,
                      "'" + broadcast.group +
                          "' cannot be a group: use fewer than 100 ASCII letters, digits, '-', '_' and '.'");
    }
    for (const std::string* text : {&broadcast.text, &broadcast.user}) {
        if (!is_utf8(*text)) throw Failure(ExitCode::usage, "the text and the name must be UTF-8");
    }
    if (broadcast.text.find_first_not_of(" \t\r\n") == std::string::npos) {
        throw Failure(ExitCode::usage, "the text of the broadcast is empty");
    }
    if (broadcast.text.size() > admin::k_max_text) {
        throw Failure(ExitCode::usage,
                      "the text of the broadcast has " + std::to_string(broadcast.text.size()) +
                          " bytes, and " + std::to_string(admin::k_max_text) + " are the most; shorten it");
    }
}

ExitCode run(const Arguments& arguments, Context& context) {
    admin::Broadcast broadcast(arguments.positional[0]);
    broadcast.group = arguments.value("group");
    broadcast.user = arguments.value("user");
    check(broadcast, arguments);
    const auto reply = context.ask_daemon(broadcast);
    if (!reply) throw Failure(ExitCode::no_daemon, no_daemon(context.admin_socket()));
    const auto* reached = std::get_if<admin::Reached>(&*reply);
    if (reached == nullptr) throw Failure(ExitCode::failed, "the daemon gave an answer to another question");
    if (context.json()) {
        context.print_json(ValueMap().set("connections", reached->connections));
    } else {
        context.out() << "reached " << reached->connections
                      << (reached->connections == 1 ? " connection\n" : " connections\n");
    }
    return ExitCode::ok;
}

}  // namespace

const Command k_broadcast = {.name = "broadcast",
                             .arguments = "TEXT",
                             .least = 1,
                             .most = 1,
                             .summary = "shows a text on the open pages",
                             .details =
                                 "It reaches every connection whose consumer takes broadcasts, or those of "
                                 "one group or user, and says how many they were. "
                                 "It is not stored: who is not connected misses it. Put the text in quotes.",
                             .options = k_options,
                             .run = run};

}  // namespace zanhu::cli
