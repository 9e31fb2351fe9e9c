#include "core/net/tls_files.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "core/net/tls_error.h"

namespace zanhu::net {

namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

/// The file can be opened; what it holds is seen later.
void check_readable(const char* key, const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    const int error = errno;
    char byte = 0;
    const bool readable = descriptor >= 0 && ::read(descriptor, &byte, 1) >= 0;
    const int reason = descriptor < 0 ? error : errno;
    if (descriptor >= 0) ::close(descriptor);
    if (readable) return;
    throw TlsProblem(key,
                     "`" + path + "` cannot be read (" + std::strerror(reason) +
                         "); check the path, and the permissions of the user that zanhu runs as");
}

/// OpenSSL's call for the passphrase of a file. A daemon has nobody to ask, whom POCO's own call would ask.
int refuse_passphrase(char*, int, int, void* asked) {
    if (asked != nullptr) *static_cast<bool*>(asked) = true;
    return -1;
}

}  // namespace

void load_certificate(SSL_CTX* context, const std::string& path) {
    check_readable("certificate", path);
    if (SSL_CTX_use_certificate_chain_file(context, path.c_str()) == 1) return;
    throw TlsProblem("certificate",
                     "`" + path + "` holds no usable certificate in PEM form (" + tls_error() +
                         "); name the file that begins with -----BEGIN CERTIFICATE-----");
}

void load_chain(SSL_CTX* context, const std::string& path) {
    check_readable("chain", path);
    const Bio file(BIO_new_file(path.c_str(), "r"), &BIO_free);
    std::size_t count = 0;
    while (X509* certificate = PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr)) {
        if (SSL_CTX_add0_chain_cert(context, certificate) != 1) X509_free(certificate);
        ++count;
    }
    ERR_clear_error();  // the end of the file counts as an error
    if (count > 0) return;
    throw TlsProblem("chain",
                     "`" + path + "` holds no certificate in PEM form; name the file of the intermediate " +
                         "certificates, or leave the key out when `certificate` holds them too");
}

void load_private_key(SSL_CTX* context, const std::string& path, const std::string& certificate) {
    check_readable("private_key", path);
    bool asked = false;
    SSL_CTX_set_default_passwd_cb(context, &refuse_passphrase);
    SSL_CTX_set_default_passwd_cb_userdata(context, &asked);
    const bool loaded = SSL_CTX_use_PrivateKey_file(context, path.c_str(), SSL_FILETYPE_PEM) == 1;
    const bool mismatch = loaded || ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_VALUES_MISMATCH;
    SSL_CTX_set_default_passwd_cb_userdata(context, nullptr);
    if (asked) {
        throw TlsProblem("private_key",
                         "`" + path + "` is protected by a passphrase, which nobody could enter; write it " +
                             "without one: openssl pkey -in " + path + " -out NEW_FILE");
    }
    if (loaded && SSL_CTX_check_private_key(context) == 1) return;
    const std::string reason = tls_error();
    if (mismatch) {
        throw TlsProblem("private_key",
                         "`" + path + "` does not belong to the certificate `" + certificate +
                             "`; name the key that this certificate was made for");
    }
    throw TlsProblem("private_key",
                     "`" + path + "` holds no usable private key in PEM form (" + reason +
                         "); name the file that begins with -----BEGIN PRIVATE KEY-----");
}

}  // namespace zanhu::net
