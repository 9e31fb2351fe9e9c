#include "core/storage/session_owners.h"

#include <algorithm>

#include <zanhu/limited_log.h>

#include "core/django/session_auth.h"

namespace zanhu::storage {

namespace {

LimitedLog log_("zanhu.sessions");

/// `_auth_user_id` is text, unless an application wrote it itself.
std::optional<std::string> text_of(const Value& id) {
    if (const auto* number = id.as<std::int64_t>()) return std::to_string(*number);
    const auto* text = id.as<std::string>();
    return text != nullptr ? std::optional(*text) : std::nullopt;
}

}  // namespace

std::optional<std::string> SessionOwners::claimed(const ValueMap& session, AnonymousReason& reason) const {
    const Value* id = session.find("_auth_user_id");
    const std::string* backend = session.find_text("_auth_user_backend");
    if (id == nullptr || backend == nullptr) {
        reason = AnonymousReason::no_user;
        return std::nullopt;
    }
    if (std::ranges::find(backends_, *backend) == backends_.end()) {
        reason = AnonymousReason::unknown_backend;
        log_.warning("a session is of the backend " + *backend +
                     ", which is not in [site] authentication_backends: its user is anonymous");
        return std::nullopt;
    }
    const auto text = text_of(*id);
    auto known = text ? users_.id_of(*text) : std::nullopt;
    if (!known) reason = AnonymousReason::no_such_user;
    return known;
}

AnonymousReason SessionOwners::check(const ValueMap& session, const Person& person) const {
    if (!person.user.is_active) return AnonymousReason::inactive;
    const std::string* hash = session.find_text("_auth_user_hash");
    if (hash == nullptr || hash->empty()) return AnonymousReason::no_hash;
    return django::verify_session_auth_hash(*hash, person.password, secret_, fallbacks_)
               ? AnonymousReason::none
               : AnonymousReason::other_password;
}

}  // namespace zanhu::storage
