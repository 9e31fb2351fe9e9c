#include <array>
#include <sstream>
#include <string>

#include <zanhu/errors.h>

#include "cli/command.h"
#include "cli/doctor_steps.h"

namespace zanhu::cli {

namespace {

constexpr std::array k_options = {
    OptionSpec{.name = "session", .argument = "KEY", .help = "whom this session's sockets belong to"},
    OptionSpec{.name = "cookie",
               .argument = "COOKIES",
               .help = "the same for a browser's Cookie header, such as 'sessionid=...; csrftoken=...'"},
    OptionSpec{
        .name = "origin", .argument = "URL", .help = "whether a page of https://example.com may connect"},
};

bool look_at_configuration(Context& context, Findings& findings) {
    try {
        const settings::Settings& settings = context.settings();
        findings.ok("configuration",
                    settings.file().empty() ? std::string("no file; the defaults and the environment")
                                            : settings.file());
        return true;
    } catch (const ConfigError& error) {
        std::istringstream problems(error.what());
        for (std::string problem; std::getline(problems, problem);)
            findings.fail("configuration", problem, "", ExitCode::configuration);
        findings.conclude("The daemon does not start with this configuration.");
        return false;
    }
}

void look_at_person(const Arguments& arguments, Context& context, bool database, Findings& findings) {
    const bool has_cookie = arguments.has("cookie");
    if (!has_cookie && !arguments.has("session")) return;
    const std::string key = has_cookie
                                ? key_in_cookie(context.settings(), arguments.value("cookie"), findings)
                                : arguments.value("session");
    if (has_cookie && key.empty()) return;
    if (!database) {
        findings.conclude("Sockets with it get 503: sessions cannot be looked up without the database.");
        return;
    }
    try {
        look_at_session(context, key, findings);
    } catch (const StorageError& error) {
        findings.fail("session", std::string("cannot be looked up: ") + error.what(), "", ExitCode::database);
        findings.conclude("Sockets with it get 503.");
    }
}

ExitCode run(const Arguments& arguments, Context& context) {
    if (arguments.has("session") && arguments.has("cookie"))
        throw Failure(ExitCode::usage, "--session and --cookie say the same thing; give one of them");
    Findings findings;
    if (look_at_configuration(context, findings)) {
        const settings::Settings& settings = context.settings();
        look_at_secret_key(settings, findings);
        look_at_daemon(context, findings);
        look_at_layers(settings, findings);
        look_at_origin(settings, arguments.value("origin"), findings);
        const bool database = look_at_database(context, findings);
        look_at_person(arguments, context, database, findings);
    }
    if (context.json()) {
        context.print_json(findings.to_map());
    } else {
        findings.print(context.out());
    }
    return findings.exit_code();
}

}  // namespace

const Command k_doctor = {
    .name = "doctor",
    .arguments = "",
    .least = 0,
    .most = 0,
    .summary = "looks for what keeps people from being logged in, and says what to do",
    .details =
        "Call it as the daemon's user and with its environment; it changes nothing and shows no secret. "
        "Exit code 1: something failed, or the session's user is anonymous.",
    .options = k_options,
    .run = run};

}  // namespace zanhu::cli
