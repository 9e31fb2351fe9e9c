#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <string_view>
#include <vector>

#include <zanhu/errors.h>

#include "core/django/password.h"

namespace {

using namespace zanhu::django;

struct Row {
    Hasher hasher;
    std::string_view password;
    std::string_view encoded;
};

const std::string k_long(100, 'x');

/// Made by Django 3.2 with argon2-cffi, bcrypt and crypt; scrypt by Python's hashlib.
const std::vector<Row> k_rows = {
    {Hasher::argon2,
     "s3cret-é",
     "argon2$argon2id$v=19$m=102400,t=2,p=8$c2Vhc2FsdHNlYXNhbHQ$uGBUIX1GCYj6pLyFd9wGiQ"},
    {Hasher::argon2,
     "s3cret-é",
     "argon2$argon2i$v=19$m=64,t=1,p=1$c2Vhc2FsdHNlYXNhbHQ$H9FT/ij0ynFS4i7ej0WlSA"},
    {Hasher::argon2,
     "s3cret-é",
     "argon2$argon2id$v=19$m=64,t=1,p=2$c2Vhc2FsdHNlYXNhbHQ$SEAwdoCajVlsiVPLU2q/nXFCrqx5oKoPdtNUq8cMv7E"},
    {Hasher::bcrypt_sha256,
     "s3cret-é",
     "bcrypt_sha256$$2b$04$abcdefghijklmnopqrstuu.vtHlEAJD4OnniCGW4J.Y4dL4OsRNXu"},
    {Hasher::bcrypt_sha256,
     k_long,
     "bcrypt_sha256$$2b$04$abcdefghijklmnopqrstuut2SshH6UbGkn9RXLOv/njlCqQS.IYXK"},
    {Hasher::bcrypt, "s3cret-é", "bcrypt$$2b$04$abcdefghijklmnopqrstuuhqgITxlUQaPScoiPmlzKHoKYYKuuZLC"},
    {Hasher::bcrypt, k_long, "bcrypt$$2b$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i"},
    {Hasher::scrypt,
     "s3cret-é",
     "scrypt$16384$seasalt$8$1$"
     "OGMaRhbl1LZAr8X9FIJt235B35KoXEGzrN1tD2eP5CM0Ksb4wl0cb5PUfP1Kme0DfdUGWGBgg6Fbeohq6VAtVQ="
     "="},
    {Hasher::sha1, "s3cret-é", "sha1$seasaltseasalt$754dd9eb8c695cbc83a3c9ce98c1dc4e4facdbbd"},
    {Hasher::md5, "s3cret-é", "md5$seasaltseasalt$757ffb566942b7b79d93c505f53f1ee3"},
    {Hasher::unsalted_sha1, "s3cret-é", "sha1$$488dc6b83f45bbd6101216c0626b8696d8541e32"},
    {Hasher::unsalted_md5, "s3cret-é", "4be1ae64593966b92f3cf0d5ed442129"},
    {Hasher::unsalted_md5, "s3cret-é", "md5$$4be1ae64593966b92f3cf0d5ed442129"},
    {Hasher::crypt, "s3cret-é", "crypt$$ab0TbxCu81z9k"},
};

PasswordHashers only(Hasher hasher) {
    PasswordHashers hashers;
    hashers.accepted = {hasher};
    hashers.iterations = 1000;
    return hashers;
}

class HashersTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(HashersTest);
    CPPUNIT_TEST(rows_of_django_are_checked);
    CPPUNIT_TEST(a_hasher_that_the_site_does_not_name_is_not_believed);
    CPPUNIT_TEST(bcrypt_cuts_at_72_bytes_and_bcrypt_sha256_does_not);
    CPPUNIT_TEST(what_a_hasher_makes_it_finds_right);
    CPPUNIT_TEST(nul_is_no_end_of_a_password);
    CPPUNIT_TEST(a_row_of_another_hasher_or_cost_must_be_updated);
    CPPUNIT_TEST(malformed_and_too_dear_rows_are_refused_at_once);
    CPPUNIT_TEST(every_hasher_is_known_by_its_name);
    CPPUNIT_TEST_SUITE_END();

    void rows_of_django_are_checked() {
        for (const Row& row : k_rows) {
            const std::string text(row.encoded);
            CPPUNIT_ASSERT_MESSAGE(text, identify(row.encoded)->hasher == row.hasher);
            const PasswordHashers hashers = only(row.hasher);
            CPPUNIT_ASSERT_MESSAGE(
                text, check_password(row.password, row.encoded, hashers) == PasswordCheck::right);
            for (const char* wrong : {"", "s3cret-e", "S3cret-é"})
                CPPUNIT_ASSERT_MESSAGE(text,
                                       check_password(wrong, row.encoded, hashers) == PasswordCheck::wrong);
        }
    }

    void a_hasher_that_the_site_does_not_name_is_not_believed() {
        for (const Row& row : k_rows) {
            PasswordHashers others;
            std::erase(others.accepted, row.hasher);
            CPPUNIT_ASSERT(check_password(row.password, row.encoded, others) == PasswordCheck::not_accepted);
        }
    }

    void bcrypt_cuts_at_72_bytes_and_bcrypt_sha256_does_not() {
        const std::string cut(72, 'x');
        CPPUNIT_ASSERT(check_password(cut, k_rows[6].encoded, only(Hasher::bcrypt)) == PasswordCheck::right);
        CPPUNIT_ASSERT(check_password(cut, k_rows[4].encoded, only(Hasher::bcrypt_sha256)) ==
                       PasswordCheck::wrong);
    }

    void what_a_hasher_makes_it_finds_right() {
        for (const Hasher hasher : {Hasher::pbkdf2_sha256,
                                    Hasher::pbkdf2_sha1,
                                    Hasher::argon2,
                                    Hasher::bcrypt_sha256,
                                    Hasher::bcrypt,
                                    Hasher::scrypt}) {
            const PasswordHashers hashers = only(hasher);
            const std::string made = make_password("s3cret-é", hashers);
            CPPUNIT_ASSERT_MESSAGE(
                made, made.starts_with(std::string(name_of(hasher)) + "$") && made.size() <= 128);
            CPPUNIT_ASSERT_MESSAGE(made, check_password("s3cret-é", made, hashers) == PasswordCheck::right);
            CPPUNIT_ASSERT_MESSAGE(made, check_password("s3cret", made, hashers) == PasswordCheck::wrong);
            CPPUNIT_ASSERT_MESSAGE(made, !must_update(made, hashers));
            CPPUNIT_ASSERT_MESSAGE(made, make_password("s3cret-é", hashers) != made);
        }
    }

    void nul_is_no_end_of_a_password() {
        const std::string_view with_nul("nul\0in", 6);
        for (const Hasher hasher : {Hasher::argon2, Hasher::bcrypt_sha256, Hasher::scrypt}) {
            const std::string made = make_password(with_nul, only(hasher));
            CPPUNIT_ASSERT(check_password(with_nul, made, only(hasher)) == PasswordCheck::right);
            CPPUNIT_ASSERT(check_password("nul", made, only(hasher)) == PasswordCheck::wrong);
        }
        const std::string made = make_password("nul", only(Hasher::bcrypt));
        CPPUNIT_ASSERT(check_password(with_nul, made, only(Hasher::bcrypt)) == PasswordCheck::wrong);
        CPPUNIT_ASSERT_THROW(make_password(with_nul, only(Hasher::bcrypt)), zanhu::Error);
        spend_check_time(with_nul, only(Hasher::bcrypt));
    }

    void a_row_of_another_hasher_or_cost_must_be_updated() {
        const PasswordHashers preferred;
        for (const Row& row : k_rows)
            CPPUNIT_ASSERT_MESSAGE(std::string(row.encoded), must_update(row.encoded, preferred));
        CPPUNIT_ASSERT(!must_update(k_rows[0].encoded, only(Hasher::argon2)));
        CPPUNIT_ASSERT(must_update(k_rows[1].encoded, only(Hasher::argon2)));
        CPPUNIT_ASSERT(must_update(k_rows[3].encoded, only(Hasher::bcrypt_sha256)));
        CPPUNIT_ASSERT(!must_update(k_rows[7].encoded, only(Hasher::scrypt)));
        PasswordHashers newer = only(Hasher::scrypt);
        newer.scrypt_parallelism = 5;
        CPPUNIT_ASSERT(must_update(k_rows[7].encoded, newer));
        const PasswordHashers cheap = only(Hasher::pbkdf2_sha256);
        CPPUNIT_ASSERT(must_update(make_password("x", cheap), preferred));
    }

    void malformed_and_too_dear_rows_are_refused_at_once() {
        const std::string scrypt_hash(std::string_view(k_rows[7].encoded).substr(25));
        const std::string bcrypt_rest = "$abcdefghijklmnopqrstuuhqgITxlUQaPScoiPmlzKHoKYYKuuZLC";
        const std::vector<std::string> rows = {
            "argon2$",
            "argon2$argon2id",
            "argon2$argon2x$v=19$m=64,t=1,p=1$c2Vhc2FsdHNlYXNhbHQ$H9FT/ij0ynFS4i7ej0WlSA",
            "argon2$argon2id$v=19$m=64,t=1$c2Vhc2FsdHNlYXNhbHQ$H9FT/ij0ynFS4i7ej0WlSA",
            "argon2$argon2id$v=19$m=-4,t=1,p=1$c2Vhc2FsdHNlYXNhbHQ$H9FT/ij0ynFS4i7ej0WlSA",
            "argon2$argon2id$v=19$m=0,t=0,p=0$c2Vhc2FsdHNlYXNhbHQ$H9FT/ij0ynFS4i7ej0WlSA",
            "argon2$argon2id$v=19$m=2000000,t=1,p=1$c2Vhc2FsdHNlYXNhbHQ$H9FT/ij0ynFS4i7ej0WlSA",
            "argon2$argon2id$v=19$m=64,t=1000,p=1$c2Vhc2FsdHNlYXNhbHQ$H9FT/ij0ynFS4i7ej0WlSA",
            "argon2$argon2id$v=19$m=64,t=1,p=1$*$H9FT/ij0ynFS4i7ej0WlSA",
            "argon2$argon2id$v=19$m=64,t=1,p=1$c2Vhc2FsdHNlYXNhbHQ$",
            "argon2$argon2id$v=19$m=64,t=1,p=1$c2Vhc2FsdHNlYXNhbHQ$H9FT/ij0ynFS4i7ej0WlSA==",
            "bcrypt$",
            "bcrypt$$2b$04$short",
            "bcrypt$$2b$03" + bcrypt_rest,
            "bcrypt$$2b$17" + bcrypt_rest,
            "bcrypt$$2b$31" + bcrypt_rest,
            "bcrypt$$2b$xx" + bcrypt_rest,
            "bcrypt$$2x$04" + bcrypt_rest,
            "scrypt$16384$seasalt$8$1$short",
            "scrypt$16383$seasalt$8$1$" + scrypt_hash,
            "scrypt$1$seasalt$8$1$" + scrypt_hash,
            "scrypt$16384$$8$1$" + scrypt_hash,
            "scrypt$16384$seasalt$0$1$" + scrypt_hash,
            "scrypt$16384$seasalt$8$1000$" + scrypt_hash,
            "scrypt$4294967296$seasalt$8$1$" + scrypt_hash,
            "scrypt$18446744073709551616$seasalt$8$1$" + scrypt_hash,
            "sha1$salt",
            "sha1$salt$0123",
            "md5$salt$0123",
            "sha1$$0123",
            "crypt$ab",
            "crypt$$",
        };
        for (const std::string& row : rows) {
            const auto hashers = only(identify(row)->hasher);
            CPPUNIT_ASSERT_MESSAGE(row, check_password("x", row, hashers) == PasswordCheck::malformed);
        }
    }

    void every_hasher_is_known_by_its_name() {
        std::string names;
        for (int i = 0; i <= static_cast<int>(Hasher::crypt); ++i) {
            const auto hasher = static_cast<Hasher>(i);
            CPPUNIT_ASSERT(hasher_named(name_of(hasher)) == hasher);
            names += (names.empty() ? "" : ", ") + std::string(name_of(hasher));
        }
        CPPUNIT_ASSERT_EQUAL(std::string(hasher_names()), names);
        CPPUNIT_ASSERT(!hasher_named("Argon2") && !hasher_named(""));
        CPPUNIT_ASSERT(is_verify_only(Hasher::md5) && !is_verify_only(Hasher::scrypt));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HashersTest);

}  // namespace
