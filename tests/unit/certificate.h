#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

namespace zanhu::test {

/// A key and a certificate that it signed itself, as PEM files in a directory that goes with it. Owned by the
/// test.
class Certificate {
public:
    struct Choice {
        std::string name = "localhost";
        long begins = -3600;          ///< seconds from now
        long ends = 24 * 3600;        ///< likewise
        const char* passphrase = "";  ///< of the key's file; empty: none
    };

    Certificate() : Certificate(Choice{}) {}
    explicit Certificate(const Choice& choice) {
        std::string pattern = (std::filesystem::temp_directory_path() / "zanhu-tls-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
        directory_ = pattern;
        const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
        write_key(key.get(), choice.passphrase);
        write_certificate(key.get(), choice);
    }
    Certificate(const Certificate&) = delete;
    Certificate& operator=(const Certificate&) = delete;
    ~Certificate() {
        std::error_code ignored;
        std::filesystem::remove_all(directory_, ignored);
    }

    std::string certificate() const { return directory_ / "certificate.pem"; }
    std::string private_key() const { return directory_ / "key.pem"; }
    /// A file in the same directory, which does not exist.
    std::string other(const char* name) const { return directory_ / name; }

private:
    template <class F>
    static void write(const std::string& path, F content) {
        const std::unique_ptr<std::FILE, decltype(&std::fclose)> file(std::fopen(path.c_str(), "w"),
                                                                      &std::fclose);
        if (file == nullptr || !content(file.get())) throw std::runtime_error("cannot write " + path);
    }
    void write_key(EVP_PKEY* key, const std::string& passphrase) const {
        write(private_key(), [&](std::FILE* file) {
            const bool open = passphrase.empty();
            return PEM_write_PKCS8PrivateKey(file,
                                             key,
                                             open ? nullptr : EVP_aes_128_cbc(),
                                             open ? nullptr : passphrase.data(),
                                             static_cast<int>(passphrase.size()),
                                             nullptr,
                                             nullptr) == 1;
        });
    }
    void write_certificate(EVP_PKEY* key, const Choice& choice) const {
        const std::unique_ptr<X509, decltype(&X509_free)> made(X509_new(), &X509_free);
        X509_set_version(made.get(), X509_VERSION_3);
        ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
        X509_gmtime_adj(X509_getm_notBefore(made.get()), choice.begins);
        X509_gmtime_adj(X509_getm_notAfter(made.get()), choice.ends);
        X509_set_pubkey(made.get(), key);
        X509_NAME* name = X509_get_subject_name(made.get());
        const auto* bytes = reinterpret_cast<const unsigned char*>(choice.name.data());
        X509_NAME_add_entry_by_txt(
            name, "CN", MBSTRING_UTF8, bytes, static_cast<int>(choice.name.size()), -1, 0);
        X509_set_issuer_name(made.get(), name);
        X509_sign(made.get(), key, EVP_sha256());
        write(certificate(), [&](std::FILE* file) { return PEM_write_X509(file, made.get()) == 1; });
    }

    std::filesystem::path directory_;
};

}  // namespace zanhu::test
