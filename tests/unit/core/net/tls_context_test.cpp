#include "core/net/tls_context.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <fstream>

#include "tests/unit/certificate.h"
#include "tests/unit/core/net/tls_options.h"

namespace zanhu::net {
namespace {

using test::Certificate;

/// Asserts that the options are refused, for that key and with that text.
void assert_refused(const TlsOptions& options, const std::string& key, const std::string& text) {
    try {
        const TlsContext context(options);
    } catch (const TlsProblem& problem) {
        CPPUNIT_ASSERT_EQUAL(key, problem.key());
        CPPUNIT_ASSERT_MESSAGE(problem.what(), std::string(problem.what()).find(text) != std::string::npos);
        return;
    }
    CPPUNIT_FAIL("not refused, though " + key + " " + text);
}

class TlsContextTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(TlsContextTest);
    CPPUNIT_TEST(a_file_that_is_not_there_is_named);
    CPPUNIT_TEST(a_directory_is_no_file);
    CPPUNIT_TEST(a_file_without_pem_is_named);
    CPPUNIT_TEST(a_key_of_another_certificate_is_refused);
    CPPUNIT_TEST(a_key_with_a_passphrase_is_refused_and_nobody_is_asked);
    CPPUNIT_TEST(a_key_in_the_place_of_a_certificate_is_refused);
    CPPUNIT_TEST(ciphers_suites_and_curves_must_be_known);
    CPPUNIT_TEST(a_chain_may_stand_in_a_file_of_its_own);
    CPPUNIT_TEST(the_end_of_the_certificate_is_known);
    CPPUNIT_TEST_SUITE_END();

public:
    void a_file_that_is_not_there_is_named() {
        TlsOptions options = test::options_for(certificate_);
        options.certificate = certificate_.other("nothing.pem");
        assert_refused(options, "certificate", "nothing.pem` cannot be read (No such file or directory)");
        options = test::options_for(certificate_);
        options.private_key = certificate_.other("nothing.pem");
        assert_refused(options, "private_key", "nothing.pem` cannot be read (No such file or directory)");
        options = test::options_for(certificate_);
        options.chain = certificate_.other("nothing.pem");
        assert_refused(options, "chain", "nothing.pem` cannot be read (No such file or directory)");
    }

    void a_directory_is_no_file() {
        TlsOptions options = test::options_for(certificate_);
        options.private_key = certificate_.other("");
        assert_refused(options, "private_key", "cannot be read (Is a directory)");
    }

    void a_file_without_pem_is_named() {
        const std::string path = certificate_.other("text.pem");
        std::ofstream(path) << "hello\n";
        TlsOptions options = test::options_for(certificate_);
        options.certificate = path;
        assert_refused(options, "certificate", "holds no usable certificate in PEM form");
        options = test::options_for(certificate_);
        options.private_key = path;
        assert_refused(options, "private_key", "holds no usable private key in PEM form");
        options = test::options_for(certificate_);
        options.chain = path;
        assert_refused(options, "chain", "holds no certificate in PEM form");
    }

    void a_key_of_another_certificate_is_refused() {
        const Certificate other;
        TlsOptions options = test::options_for(certificate_);
        options.private_key = other.private_key();
        assert_refused(options, "private_key", "does not belong to the certificate");
        // What the failure left behind is no obstacle for the next.
        const TlsContext context(test::options_for(certificate_));
    }

    void a_key_with_a_passphrase_is_refused_and_nobody_is_asked() {
        Certificate::Choice choice;
        choice.passphrase = "secret";
        const Certificate locked(choice);
        assert_refused(test::options_for(locked), "private_key", "is protected by a passphrase");
    }

    void a_key_in_the_place_of_a_certificate_is_refused() {
        TlsOptions options = test::options_for(certificate_);
        options.certificate = certificate_.private_key();
        assert_refused(options, "certificate", "holds no usable certificate");
        options = test::options_for(certificate_);
        options.private_key = certificate_.certificate();
        assert_refused(options, "private_key", "holds no usable private key");
    }

    void ciphers_suites_and_curves_must_be_known() {
        TlsOptions options = test::options_for(certificate_);
        options.ciphers = "NONSENSE";
        assert_refused(options, "ciphers", "`NONSENSE` names no cipher");
        options = test::options_for(certificate_);
        options.ciphersuites = "TLS_NONSENSE";
        assert_refused(options, "ciphersuites", "`TLS_NONSENSE` names what is no TLS 1.3 suite");
        options = test::options_for(certificate_);
        options.curves = "P-257";
        assert_refused(options, "curves", "`P-257` is no list of curves");
    }

    void a_chain_may_stand_in_a_file_of_its_own() {
        const Certificate above;
        TlsOptions options = test::options_for(certificate_);
        options.chain = above.certificate();
        const TlsContext context(options);
        STACK_OF(X509)* chain = nullptr;
        SSL_CTX_get0_chain_certs(context.native(), &chain);
        CPPUNIT_ASSERT_EQUAL(1, sk_X509_num(chain));
    }

    void the_end_of_the_certificate_is_known() {
        Certificate::Choice choice;
        choice.begins = -7200;
        choice.ends = -3600;
        const Certificate old(choice);
        const TlsContext context(test::options_for(old));
        const auto now = std::chrono::system_clock::now();
        CPPUNIT_ASSERT(context.not_after() < now);
        CPPUNIT_ASSERT(context.not_after() > now - std::chrono::hours(2));
    }

private:
    Certificate certificate_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(TlsContextTest);

}  // namespace
}  // namespace zanhu::net
