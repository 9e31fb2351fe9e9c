#include "core/django/argon2.h"

#include <argon2.h>

#include <cstdint>
#include <optional>

#include <zanhu/errors.h>

#include "core/django/crypto.h"
#include "core/django/password_fields.h"

namespace zanhu::django {

namespace {

constexpr std::uint32_t k_memory = 102400;  // KiB; with the two below Django's defaults
constexpr std::uint32_t k_passes = 2;
constexpr std::uint32_t k_lanes = 8;
constexpr std::size_t k_salt_length = 22;
constexpr std::size_t k_hash_length = 32;

constexpr std::uint32_t k_most_memory = 1U << 20;  // KiB: one GiB for one log-in
constexpr std::uint32_t k_most_passes = 64;
constexpr std::uint32_t k_most_lanes = 64;
constexpr std::size_t k_longest_hash = 64;

struct Parameters {
    argon2_type type = Argon2_id;
    std::uint32_t version = ARGON2_VERSION_10;
    std::uint32_t memory = 0;
    std::uint32_t passes = 0;
    std::uint32_t lanes = 0;
    std::string_view salt;
    std::string_view hash;
};

/// `<name>=<number>`
bool take_number(std::string_view field, std::string_view name, std::uint32_t& number) noexcept {
    if (!field.starts_with(name)) return false;
    return read_number(field.substr(name.size()), number);
}

std::optional<argon2_type> type_named(std::string_view name) noexcept {
    for (const argon2_type type : {Argon2_id, Argon2_i, Argon2_d}) {
        if (name == argon2_type2string(type, 0)) return type;
    }
    return std::nullopt;
}

std::optional<Parameters> parse(std::string_view fields) noexcept {
    Parameters parsed;
    const auto type = type_named(take_field(fields));
    if (!type) return std::nullopt;
    parsed.type = *type;
    // Version 1.0 wrote none.
    if (fields.starts_with("v=") && !take_number(take_field(fields), "v=", parsed.version))
        return std::nullopt;
    std::string_view costs = take_field(fields);
    if (!take_number(take_field(costs, ','), "m=", parsed.memory) ||
        !take_number(take_field(costs, ','), "t=", parsed.passes) || !take_number(costs, "p=", parsed.lanes))
        return std::nullopt;
    if (parsed.memory > k_most_memory || parsed.passes > k_most_passes || parsed.lanes > k_most_lanes)
        return std::nullopt;
    parsed.salt = take_field(fields);
    parsed.hash = fields;
    return parsed;
}

/// Base64 without its padding (the PHC string format).
std::optional<std::string> from_unpadded(std::string_view text) {
    if (text.ends_with('=')) return std::nullopt;
    return from_base64(std::string(text) + std::string((4 - text.size() % 4) % 4, '='));
}

std::string to_unpadded(std::string_view bytes) {
    std::string text = to_base64(bytes);
    text.erase(text.find_last_not_of('=') + 1);
    return text;
}

/// Nothing when the parameters are not possible together, such as less memory than the lanes need.
std::optional<std::string> hash_of(std::string_view password,
                                   const Parameters& parameters,
                                   std::string salt,
                                   std::size_t length) {
    std::string hash(length, '\0');
    std::string secret(password);
    argon2_context context{};
    context.out = reinterpret_cast<std::uint8_t*>(hash.data());
    context.outlen = static_cast<std::uint32_t>(hash.size());
    context.pwd = reinterpret_cast<std::uint8_t*>(secret.data());
    context.pwdlen = static_cast<std::uint32_t>(secret.size());
    context.salt = reinterpret_cast<std::uint8_t*>(salt.data());
    context.saltlen = static_cast<std::uint32_t>(salt.size());
    context.t_cost = parameters.passes;
    context.m_cost = parameters.memory;
    context.lanes = parameters.lanes;
    context.threads = 1;
    context.version = parameters.version;
    context.flags = ARGON2_DEFAULT_FLAGS;
    const int result = argon2_ctx(&context, parameters.type);
    if (result == ARGON2_MEMORY_ALLOCATION_ERROR)
        throw Error("there is no memory for an Argon2 password: it needs " +
                    std::to_string(parameters.memory) + " KiB");
    if (result != ARGON2_OK) return std::nullopt;
    return hash;
}

}  // namespace

PasswordCheck check_argon2(std::string_view password, std::string_view fields) {
    const auto parameters = parse(fields);
    if (!parameters) return PasswordCheck::malformed;
    auto salt = from_unpadded(parameters->salt);
    const auto expected = from_unpadded(parameters->hash);
    if (!salt || !expected || expected->empty() || expected->size() > k_longest_hash)
        return PasswordCheck::malformed;
    const auto actual = hash_of(password, *parameters, std::move(*salt), expected->size());
    if (!actual) return PasswordCheck::malformed;
    return constant_time_equal(*actual, *expected) ? PasswordCheck::right : PasswordCheck::wrong;
}

std::string make_argon2(std::string_view password) {
    const Parameters parameters{.version = ARGON2_VERSION_13,
                                .memory = k_memory,
                                .passes = k_passes,
                                .lanes = k_lanes,
                                .salt = {},
                                .hash = {}};
    const std::string salt = random_string(k_salt_length);
    const auto hash = hash_of(password, parameters, salt, k_hash_length);
    if (!hash) throw Error("libargon2 failed at a new password: check the installation of libargon2");
    return "argon2id$v=19$m=102400,t=2,p=8$" + to_unpadded(salt) + "$" + to_unpadded(*hash);
}

bool argon2_must_update(std::string_view fields) noexcept {
    const auto parameters = parse(fields);
    return parameters &&
           (parameters->type != Argon2_id || parameters->version != ARGON2_VERSION_13 ||
            parameters->memory != k_memory || parameters->passes != k_passes || parameters->lanes != k_lanes);
}

}  // namespace zanhu::django
