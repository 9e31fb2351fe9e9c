#include "core/django/session_codec.h"

#include <algorithm>

namespace zanhu::django {

namespace {

constexpr std::string_view k_salt_module = "django.contrib.sessions.";

// Python's separators=(",", ":"): drops the space after those two characters wherever they stand outside of a
// text.
std::string compact(const std::string& json) {
    std::string out;
    out.reserve(json.size());
    bool in_text = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (in_text && c == '\\') {
            out += c;
            out += json[++i];
            continue;
        }
        if (c == '"') in_text = !in_text;
        if (in_text || c != ' ') out += c;
    }
    return out;
}

// Before 3.1 the salt was the package and the class name with nothing between; other salts had no legacy
// form.
std::string legacy_salt_of(std::string_view salt) {
    if (!salt.starts_with(k_salt_module)) return {};
    const std::string_view class_name = salt.substr(salt.rfind('.') + 1);
    return std::string(k_salt_module.substr(0, k_salt_module.size() - 1)).append(class_name);
}

}  // namespace

std::string_view describe(SessionFault fault) noexcept {
    switch (fault) {
        case SessionFault::none:
            return "";
        case SessionFault::not_ours:
            return "the session is not signed with our key: secret_key, its fallbacks and the session salt "
                   "must be those of "
                   "the Django site";
        case SessionFault::damaged:
            return "the session is signed with our key but does not hold a JSON object of at most 1 MiB";
        case SessionFault::pickled:
            return "the session was written with PickleSerializer, which is never read: set "
                   "SESSION_SERIALIZER of the Django "
                   "site to django.contrib.sessions.serializers.JSONSerializer";
        case SessionFault::expired:
            return "the session's time is over";
    }
    return "";
}

SessionCodec::SessionCodec(std::string_view secret,
                           std::vector<std::string> fallbacks,
                           std::string_view salt,
                           LegacySha1 legacy)
    : signer_(secret, fallbacks, salt, legacy), legacy_salt_(legacy_salt_of(salt)) {
    if (legacy == LegacySha1::refuse || legacy_salt_.empty()) return;
    legacy_secrets_ = std::move(fallbacks);
    legacy_secrets_.emplace(legacy_secrets_.begin(), secret);
}

std::string SessionCodec::encode(const ValueMap& session, std::int64_t time) const {
    return encode_json(compact(to_json(session)), time);
}

std::string SessionCodec::encode_json(std::string_view json, std::int64_t time) const {
    return dumps(signer_, json, Compress::when_shorter, time);
}

std::optional<std::string> SessionCodec::decode_json(std::string_view session_data) const {
    if (auto json = loads(signer_, session_data)) return json;
    return decode_legacy(session_data);
}

std::optional<ValueMap> SessionCodec::decode(std::string_view session_data, SessionFault* fault) const {
    SessionFault ignored = SessionFault::none;
    SessionFault& why = fault != nullptr ? *fault : ignored;
    why = SessionFault::none;
    const auto json = decode_json(session_data);
    if (!json) {
        why = signer_.unsign(session_data) ? SessionFault::damaged : SessionFault::not_ours;
        return std::nullopt;
    }
    return map_of(*json, why);
}

std::optional<ValueMap> SessionCodec::decode_recent(std::string_view session_data,
                                                    std::int64_t max_age,
                                                    std::int64_t now,
                                                    SessionFault& fault) const {
    fault = SessionFault::none;
    if (const auto json = loads(signer_, session_data, max_age, now)) return map_of(*json, fault);
    if (!signer_.unsign(session_data)) {
        fault = SessionFault::not_ours;
    } else {
        fault = loads(signer_, session_data) ? SessionFault::expired : SessionFault::damaged;
    }
    return std::nullopt;
}

std::optional<ValueMap> SessionCodec::map_of(const std::string& json, SessionFault& fault) {
    if (json.starts_with('\x80')) {  // the first byte of every pickle since protocol 2
        fault = SessionFault::pickled;
        return std::nullopt;
    }
    const auto value = parse_json(json);
    const auto* map = value ? value->as<ValueMap>() : nullptr;
    if (map == nullptr) {
        fault = SessionFault::damaged;
        return std::nullopt;
    }
    return *map;
}

std::optional<std::string> SessionCodec::decode_legacy(std::string_view session_data) const {
    if (legacy_secrets_.empty() || session_data.size() > k_max_signed_payload) return std::nullopt;
    const auto plain = from_base64(session_data);
    const std::size_t colon = plain ? plain->find(':') : std::string::npos;
    if (colon == std::string::npos) return std::nullopt;
    const std::string_view mac = std::string_view(*plain).substr(0, colon);
    const std::string_view json = std::string_view(*plain).substr(colon + 1);
    const bool ours =
        std::any_of(legacy_secrets_.begin(), legacy_secrets_.end(), [&](const std::string& secret) {
            return constant_time_equal(mac, to_hex(salted_hmac(legacy_salt_, json, secret, Digest::sha1)));
        });
    if (!ours) return std::nullopt;
    return std::string(json);
}

std::string new_session_key() {
    return random_string(32, "abcdefghijklmnopqrstuvwxyz0123456789");
}

}  // namespace zanhu::django
