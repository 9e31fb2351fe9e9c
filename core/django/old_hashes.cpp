#include "core/django/old_hashes.h"

#include "core/django/crypto.h"

namespace zanhu::django {

namespace {

PasswordCheck compare(Digest kind,
                      std::string_view salt,
                      std::string_view password,
                      std::string_view expected) {
    const std::string actual = to_hex(digest(kind, salt, password));
    if (expected.size() != actual.size()) return PasswordCheck::malformed;
    return constant_time_equal(actual, expected) ? PasswordCheck::right : PasswordCheck::wrong;
}

PasswordCheck check_salted(Digest kind, std::string_view password, std::string_view fields) {
    const std::size_t dollar = fields.find('$');
    if (dollar == std::string_view::npos || dollar == 0) return PasswordCheck::malformed;
    return compare(kind, fields.substr(0, dollar), password, fields.substr(dollar + 1));
}

}  // namespace

PasswordCheck check_sha1(std::string_view password, std::string_view fields) {
    return check_salted(Digest::sha1, password, fields);
}

PasswordCheck check_md5(std::string_view password, std::string_view fields) {
    return check_salted(Digest::md5, password, fields);
}

PasswordCheck check_unsalted_sha1(std::string_view password, std::string_view fields) {
    return compare(Digest::sha1, {}, password, fields);
}

PasswordCheck check_unsalted_md5(std::string_view password, std::string_view fields) {
    return compare(Digest::md5, {}, password, fields);
}

}  // namespace zanhu::django
