#include <Poco/Ascii.h>

#include <algorithm>
#include <exception>
#include <optional>

#include <zanhu/anonymous.h>
#include <zanhu/cookies.h>
#include <zanhu/errors.h>

#include "cli/doctor_engines.h"
#include "cli/doctor_steps.h"
#include "core/settings/site_settings.h"
#include "core/storage/configured.h"
#include "core/storage/session_store.h"

namespace zanhu::cli {

namespace {

/// The names in a Cookie header, for somebody who looks for one that is not there.
std::string names_in(std::string_view header) {
    std::string names;
    while (!header.empty()) {
        const std::size_t end = header.find(';');
        std::string_view piece = header.substr(0, end);
        header = end == std::string_view::npos ? std::string_view() : header.substr(end + 1);
        const std::size_t equals = piece.find('=');
        if (equals == std::string_view::npos) continue;  // it may be a value, which is nobody's to see
        piece = piece.substr(0, equals);
        while (piece.starts_with(' '))
            piece.remove_prefix(1);
        if (!piece.empty()) names.append(names.empty() ? "" : ", ").append(piece);
    }
    return names;
}

/// For --json.
const char* name_of(AnonymousReason reason) noexcept {
    switch (reason) {
        case AnonymousReason::none:
            return "none";
        case AnonymousReason::no_key:
            return "no_key";
        case AnonymousReason::no_session:
            return "no_session";
        case AnonymousReason::expired:
            return "expired";
        case AnonymousReason::not_ours:
            return "not_ours";
        case AnonymousReason::damaged:
            return "damaged";
        case AnonymousReason::pickled:
            return "pickled";
        case AnonymousReason::no_user:
            return "no_user";
        case AnonymousReason::unknown_backend:
            return "unknown_backend";
        case AnonymousReason::no_such_user:
            return "no_such_user";
        case AnonymousReason::inactive:
            return "inactive";
        case AnonymousReason::no_hash:
            return "no_hash";
        case AnonymousReason::other_password:
            return "other_password";
    }
    return "";
}

void conclude_anonymous(AnonymousReason reason, Findings& findings) {
    findings.conclude("Sockets with it are anonymous.");
    findings.set("user", Value());
    findings.set("anonymous_because", name_of(reason));
}

void conclude_user(const User& user, Findings& findings) {
    findings.conclude("Sockets with it are " + user.username() + "'s.");
    ValueMap map;
    map.set("id", user.id()).set("username", user.username());
    findings.set("user", std::move(map));
    findings.set("anonymous_because", Value());
}

/// From the session's data, for people: who it says it is.
std::string claim(const ValueMap& data) {
    const Value* id = data.find("_auth_user_id");
    return "the session is of the user with the id " + (id == nullptr ? "none" : to_json(*id));
}

/// What to add where that id cannot be one of the model's users.
std::string kind_of_key(const storage::UserModel& users, const ValueMap& data) {
    const std::string* id = data.find_text("_auth_user_id");
    if (id == nullptr || users.id_of(*id)) return "";
    const std::string kind = users.key == storage::UserModel::Key::uuid ? "uuid" : "integer";
    return ", which is no " + kind + ", as [users] key says of the user model";
}

/// The same with the name, when there is such a user.
std::string claim_with_name(Context& context, const ValueMap& data) {
    const std::string* id = data.find_text("_auth_user_id");
    const auto account = id == nullptr ? std::nullopt : context.accounts().store().find_by_id(*id);
    return account ? "the session is " + account->user.username() + "'s" : claim(data);
}

/// What is worth knowing beside the sentence for the reason.
std::string details(AnonymousReason reason, Context& context, const ValueMap& data) {
    switch (reason) {
        case AnonymousReason::unknown_backend:
            return "the session is of the backend " + *data.find_text("_auth_user_backend") + "; ";
        case AnonymousReason::no_such_user:
            return claim(data) + kind_of_key(context.accounts().database().options().users, data) + "; ";
        case AnonymousReason::inactive:
            return claim_with_name(context, data) +
                   "; `zanhu-admin user enable`, or Django's admin, lets it in: ";
        case AnonymousReason::no_hash:
        case AnonymousReason::other_password:
            return claim_with_name(context, data) + "; ";
        default:
            return "";
    }
}

void fail_with(const std::exception_ptr& failure, Findings& findings) {
    try {
        std::rethrow_exception(failure);
    } catch (const Error& error) {
        findings.fail("session", error.what(), "");
    }
    findings.conclude("Sockets with it get 503.");
}

bool is_of_the_user(AnonymousReason reason) {
    return reason >= AnonymousReason::no_user;
}

}  // namespace

bool look_at_database(Context& context, Findings& findings) {
    try {
        storage::Database& database = context.accounts().database();
        storage::check_tables(database, storage::configured_need(context.settings()));
        findings.ok("database", database.options().name + " has the tables that it should have");
        return true;
    } catch (const StorageError& error) {
        findings.fail("database", error.what(), "", ExitCode::database);
    } catch (const ConfigError& error) {
        findings.fail("database", error.what(), "", ExitCode::configuration);
    }
    return false;
}

std::string key_in_cookie(const settings::Settings& settings, const std::string& header, Findings& findings) {
    const std::string name = settings::SiteSettings::from(settings).session_cookie_name;
    const Cookies cookies(header);
    if (const auto value = cookies.find(name); value && !value->empty()) {
        findings.ok("cookie", "holds " + name);
        return std::string(*value);
    }
    const std::string others = names_in(header);
    const std::string which = cookies.contains(name) ? "is empty" : "is not among the cookies";
    findings.fail(
        "cookie",
        "`" + name + "` " + which + (others.empty() ? "" : "; there are: " + others),
        "[site] session_cookie_name must be the site's SESSION_COOKIE_NAME. If it is, the browser did "
        "not send the cookie: SESSION_COOKIE_DOMAIN, _PATH, _SECURE and _SAMESITE must let it send "
        "one to the address of the socket, and the page must have the same host");
    conclude_anonymous(AnonymousReason::no_key, findings);
    return {};
}

void look_at_session(Context& context, const std::string& key, Findings& findings) {
    const settings::Settings& settings = context.settings();
    if (settings::SiteSettings::from(settings).secret_key.empty()) {
        findings.conclude("Whose that session is cannot be said without the secret key.");
        return;
    }
    storage::SessionStore store(context.accounts().database(), storage::configured_sessions(settings));
    storage::SessionQuery query(key);
    if (store.is_key(key) && !look_at_cache(settings, key, query.cached, findings)) {
        findings.conclude("Sockets with it get 503: sessions cannot be looked up without the cache.");
        return;
    }
    storage::SessionQuery* const queries[] = {&query};
    store.session_users(queries);
    if (query.failure) {
        fail_with(query.failure, findings);
        return;
    }
    const SessionAndUser& found = query.found;
    if (found.reason == AnonymousReason::no_key) {
        findings.fail("session", why_no_key(store.options(), key), remedy_for_no_key(store.options(), key));
        conclude_anonymous(found.reason, findings);
        return;
    }
    const std::string why(describe(found.reason));
    const std::string good = what_is_good(store.options(), query.cached.has_value());
    if (found.reason == AnonymousReason::none) {
        findings.ok("session", good);
        findings.ok("user", found.user.username() + ", id " + found.user.id() + ", is active");
        conclude_user(found.user, findings);
        return;
    }
    if (is_of_the_user(found.reason)) {
        findings.ok("session", good);
        findings.fail("user", details(found.reason, context, found.data) + why, "");
    } else {
        findings.fail("session", why, remedy_for_session(store.options(), found.reason, key));
    }
    conclude_anonymous(found.reason, findings);
}

}  // namespace zanhu::cli
