#include <optional>
#include <utility>

#include <zanhu/origin_patterns.h>

#include "cli/daemon_client.h"
#include "cli/doctor_steps.h"
#include "core/base/version.h"
#include "core/settings/site_settings.h"
#include "core/settings/tree_settings.h"
#include "core/settings/value.h"

namespace zanhu::cli {

namespace {

constexpr const char* k_allowed_hosts = "AllowedHostsOriginValidator";
constexpr const char* k_own_list = "OriginValidator";

const char* source_of(const settings::Settings& settings, const char* key) {
    switch (settings.origin("site", key)) {
        case settings::Origin::default_value:
            return "by default";
        case settings::Origin::file:
            return "from the configuration file";
        case settings::Origin::environment:
            return "from the environment";
        case settings::Origin::override_value:
            return "of the demo";
    }
    return "";
}

std::string joined(const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& text : texts)
        all += (all.empty() ? "" : ", ") + text;
    return all;
}

/// The validator in the chain of WebSockets, if there is one.
std::optional<settings::ChainElement> origin_validator(const settings::Settings& settings) {
    for (settings::ChainElement& element : settings::TreeSettings::from(settings).websocket) {
        if (element.class_name == k_allowed_hosts || element.class_name == k_own_list)
            return std::move(element);
    }
    return std::nullopt;
}

}  // namespace

void look_at_secret_key(const settings::Settings& settings, Findings& findings) {
    const auto site = settings::SiteSettings::from(settings);
    if (site.secret_key.empty()) {
        findings.fail("secret key",
                      "there is none, so no session can be read and the daemon does not start",
                      "set DJANGO_SECRET_KEY, or [site] secret_key or secret_key_file, to the SECRET_KEY of "
                      "the Django site, and call this command with the daemon's environment",
                      ExitCode::configuration);
        return;
    }
    std::string text = std::to_string(site.secret_key.size()) + " bytes, ";
    text += settings.is_set("site", "secret_key_file") ? "from secret_key_file"
                                                       : source_of(settings, "secret_key");
    if (!site.secret_key_fallbacks.empty())
        text += ", and " + std::to_string(site.secret_key_fallbacks.size()) + " former ones";
    findings.ok("secret key", text + "; it must be the site's SECRET_KEY");
}

void look_at_origin(const settings::Settings& settings, const std::string& origin, Findings& findings) {
    const auto validator = origin_validator(settings);
    if (!validator) {
        findings.note("origin",
                      "pages of every site may connect: [routing] websocket names no origin validator");
        return;
    }
    const bool own_list = validator->class_name == k_own_list;
    const std::string key = own_list ? "[" + validator->name + "] allowed_origins" : "[site] allowed_hosts";
    const std::vector<std::string> allowed =
        own_list ? settings::parse_list(settings.peek(validator->name, "allowed_origins"))
                       .value_or(std::vector<std::string>())
                 : settings::SiteSettings::from(settings).allowed_hosts;
    const OriginPatterns patterns(allowed);
    for (const std::string& warning : patterns.warnings())
        findings.note("origin", key + ": " + warning);
    if (origin.empty()) {
        findings.ok("origin", "pages of " + joined(allowed) + " may connect; others get 403");
    } else if (patterns.allows(origin)) {
        findings.ok("origin", "a page of " + origin + " may connect");
    } else {
        findings.fail("origin",
                      "a page of " + origin +
                          " may not connect: its sockets get 403 before anything else is "
                          "looked at. Allowed is " +
                          joined(allowed),
                      "add its host to " + key + (own_list ? "" : ", as in the site's ALLOWED_HOSTS"));
    }
}

void look_at_daemon(Context& context, Findings& findings) {
    const std::string& socket = context.admin_socket();
    try {
        const auto reply = context.ask_daemon(admin::StatusQuery());
        const auto* status = reply ? std::get_if<admin::Status>(&*reply) : nullptr;
        if (status == nullptr) {
            findings.note("daemon", "none runs with the admin socket " + socket);
            return;
        }
        findings.ok("daemon",
                    "runs with pid " + std::to_string(status->pid) + " and holds " +
                        std::to_string(status->websockets) + " WebSockets");
        if (status->daemon_version != k_version) {
            findings.note("daemon",
                          "it is version " + status->daemon_version + ", and this command " + k_version +
                              ": restart it");
        }
    } catch (const Failure& failure) {
        findings.note("daemon", failure.what());
    }
}

}  // namespace zanhu::cli
