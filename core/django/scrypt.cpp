#include "core/django/scrypt.h"

#include <openssl/evp.h>

#include <bit>
#include <cstdint>
#include <optional>

#include <zanhu/errors.h>

#include "core/django/crypto.h"
#include "core/django/password_fields.h"

namespace zanhu::django {

namespace {

constexpr std::uint64_t k_work_factor = 16384;
constexpr std::uint64_t k_block_size = 8;
constexpr std::size_t k_salt_length = 22;
constexpr std::size_t k_key_length = 64;
constexpr std::uint64_t k_most_memory = std::uint64_t{1} << 30;
constexpr std::uint64_t k_most_parallelism = 80;

struct Parameters {
    std::uint64_t work_factor = k_work_factor;
    std::uint64_t block_size = k_block_size;
    std::uint64_t parallelism = 1;
    std::string_view salt;
    std::string_view hash;
};

bool take_number(std::string_view& rest, std::uint64_t& number) noexcept {
    return read_number(take_field(rest), number) && number > 0;
}

bool is_affordable(const Parameters& parameters) noexcept {
    return std::has_single_bit(parameters.work_factor) && parameters.work_factor > 1 &&
           parameters.work_factor <= k_most_memory && parameters.block_size <= k_most_memory &&
           parameters.work_factor * parameters.block_size <= k_most_memory / 128 &&
           parameters.parallelism <= k_most_parallelism;
}

std::optional<Parameters> parse(std::string_view fields) noexcept {
    Parameters parsed;
    if (!take_number(fields, parsed.work_factor)) return std::nullopt;
    parsed.salt = take_field(fields);
    if (!take_number(fields, parsed.block_size) || !take_number(fields, parsed.parallelism))
        return std::nullopt;
    parsed.hash = fields;
    if (parsed.salt.empty() || !is_affordable(parsed)) return std::nullopt;
    return parsed;
}

std::string base64_key(std::string_view password, const Parameters& parameters) {
    std::string key(k_key_length, '\0');
    const std::string secret(password);
    const int done = EVP_PBE_scrypt(secret.c_str(),
                                    secret.size(),
                                    reinterpret_cast<const unsigned char*>(parameters.salt.data()),
                                    parameters.salt.size(),
                                    parameters.work_factor,
                                    parameters.block_size,
                                    parameters.parallelism,
                                    2 * k_most_memory,
                                    reinterpret_cast<unsigned char*>(key.data()),
                                    key.size());
    if (done != 1)
        throw Error("OpenSSL failed at scrypt: there is no memory for it, or the installation is broken");
    return to_base64(key);
}

}  // namespace

PasswordCheck check_scrypt(std::string_view password, std::string_view fields) {
    const auto parameters = parse(fields);
    constexpr std::size_t k_base64_length = 88;
    if (!parameters || parameters->hash.size() != k_base64_length) return PasswordCheck::malformed;
    return constant_time_equal(base64_key(password, *parameters), parameters->hash) ? PasswordCheck::right
                                                                                    : PasswordCheck::wrong;
}

std::string make_scrypt(std::string_view password, int parallelism) {
    const std::string salt = random_string(k_salt_length);
    Parameters parameters;
    parameters.parallelism = static_cast<std::uint64_t>(parallelism);
    parameters.salt = salt;
    return "16384$" + salt + "$8$" + std::to_string(parallelism) + "$" + base64_key(password, parameters);
}

bool scrypt_must_update(std::string_view fields, int parallelism) noexcept {
    const auto parameters = parse(fields);
    return parameters &&
           (parameters->work_factor != k_work_factor || parameters->block_size != k_block_size ||
            parameters->parallelism != static_cast<std::uint64_t>(parallelism));
}

}  // namespace zanhu::django
