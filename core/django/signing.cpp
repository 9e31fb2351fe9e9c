#include "core/django/signing.h"

#include <zlib.h>

#include <algorithm>

#include <zanhu/errors.h>

#include "core/django/inflate.h"

namespace zanhu::django {

namespace {

std::string deflate_all(std::string_view data) {
    uLongf size = compressBound(data.size());
    std::string out(size, '\0');
    const auto* source = reinterpret_cast<const Bytef*>(data.data());
    if (compress(reinterpret_cast<Bytef*>(out.data()), &size, source, data.size()) != Z_OK) {
        throw Error("zlib could not compress a signed value: the process is out of memory");
    }
    out.resize(size);
    return out;
}

std::optional<std::string> payload_of(std::string_view encoded, std::size_t max_size) {
    const bool compressed = encoded.starts_with('.');
    if (compressed) encoded.remove_prefix(1);
    if (encoded.size() / 4 > max_size / 3) return std::nullopt;
    std::optional<std::string> data = from_base64url(encoded);
    if (data && compressed) return inflate_up_to(*data, max_size);
    if (data && data->size() > max_size) return std::nullopt;
    return data;
}

}  // namespace

Signer::Signer(std::string_view secret,
               const std::vector<std::string>& fallbacks,
               std::string_view salt,
               LegacySha1 legacy) {
    const std::string key_salt = std::string(salt) + "signer";
    const auto add = [&](Digest kind, std::string_view with) {
        if (with.empty()) {
            throw ConfigError(
                "a secret key is empty: set the SECRET_KEY of the Django site, and remove empty fallbacks");
        }
        keys_.push_back({kind, digest(kind, key_salt, with)});
    };
    add(Digest::sha256, secret);
    for (const std::string& fallback : fallbacks)
        add(Digest::sha256, fallback);
    if (legacy == LegacySha1::refuse) return;
    add(Digest::sha1, secret);
    for (const std::string& fallback : fallbacks)
        add(Digest::sha1, fallback);
}

std::string Signer::sign(std::string_view value) const {
    std::string out(value);
    out += ':';
    out += to_base64url(hmac(keys_.front().kind, keys_.front().bytes, value));
    return out;
}

std::optional<std::string_view> Signer::unsign(std::string_view signed_value) const {
    const std::size_t colon = signed_value.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const std::string_view value = signed_value.substr(0, colon);
    const std::string_view signature = signed_value.substr(colon + 1);
    for (const Key& key : keys_) {
        const std::size_t length = key.kind == Digest::sha256 ? 43 : 27;  // of 32 and 20 bytes in base64url
        if (signature.size() != length) continue;
        if (constant_time_equal(signature, to_base64url(hmac(key.kind, key.bytes, value)))) return value;
    }
    return std::nullopt;
}

std::string dumps(const Signer& signer, std::string_view json, Compress compress, std::int64_t timestamp) {
    std::string value;
    if (compress == Compress::when_shorter) {
        const std::string deflated = deflate_all(json);
        if (deflated.size() + 1 < json.size()) value = "." + to_base64url(deflated);
    }
    if (value.empty()) value = to_base64url(json);
    value += ':';
    value += to_base62(timestamp);
    return signer.sign(value);
}

std::optional<std::string> loads(const Signer& signer,
                                 std::string_view text,
                                 std::optional<std::int64_t> max_age,
                                 std::int64_t now,
                                 std::size_t max_size) {
    const auto value = signer.unsign(text);
    if (!value) return std::nullopt;
    const std::size_t colon = value->rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto timestamp = from_base62(value->substr(colon + 1));
    if (!timestamp) return std::nullopt;
    if (max_age && *timestamp < now - *max_age) return std::nullopt;
    return payload_of(value->substr(0, colon), max_size);
}

std::optional<std::string> loads(const Signer& signer, std::string_view text) {
    return loads(signer, text, std::nullopt, 0);
}

}  // namespace zanhu::django
