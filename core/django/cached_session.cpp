#include "core/django/cached_session.h"

#include "core/django/inflate.h"
#include "core/django/pickle.h"
#include "core/django/signing.h"

namespace zanhu::django {

namespace {

bool is_compressed(std::string_view value) {
    const bool zlib = value.starts_with('\x78');
    return zlib || value.starts_with("\x1f\x8b");
}

}  // namespace

std::string cached_session_key(std::string_view prefix,
                               std::int64_t version,
                               std::string_view backend,
                               std::string_view session_key) {
    std::string key(prefix);
    key.append(":").append(std::to_string(version)).append(":django.contrib.sessions.");
    return key.append(backend).append(session_key);
}

std::optional<ValueMap> read_cached_session(std::string_view value) {
    std::optional<std::string> inflated;
    if (is_compressed(value)) {
        inflated = inflate_up_to(value, k_max_signed_payload);
        if (!inflated) return std::nullopt;
        value = *inflated;
    }
    if (value.empty() || value.size() > k_max_signed_payload) return std::nullopt;
    const auto read = value.front() == '\x80' ? read_pickle(value) : parse_json(value);
    const auto* map = read ? read->as<ValueMap>() : nullptr;
    return map == nullptr ? std::nullopt : std::optional(*map);
}

}  // namespace zanhu::django
