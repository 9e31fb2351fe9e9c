#include "core/connection/kept_credential.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <utility>

namespace zanhu::connection {
namespace {

class KeptCredentialTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(KeptCredentialTest);
    CPPUNIT_TEST(it_gives_back_what_it_was_made_of);
    CPPUNIT_TEST(it_expires_no_earlier_than_it_was_told);
    CPPUNIT_TEST(what_never_expires_says_so);
    CPPUNIT_TEST(there_may_be_none);
    CPPUNIT_TEST_SUITE_END();

public:
    void it_gives_back_what_it_was_made_of() {
        for (const std::string& key :
             {std::string(), std::string("7"), std::string(32, 'k'), std::string(5000, 'x')}) {
            for (const auto kind :
                 {Credential::Kind::session, Credential::Kind::token, Credential::Kind::user}) {
                KeptCredential made{Credential(kind, key)};
                const KeptCredential kept = std::move(made);
                CPPUNIT_ASSERT(kept && kept.kind() == kind && !kept.expires());
                CPPUNIT_ASSERT_EQUAL(key, std::string(kept.key()));
            }
        }
    }

    void it_expires_no_earlier_than_it_was_told() {
        Credential credential(Credential::Kind::user, "7");
        const KeptCredential::Time expires{std::chrono::milliseconds(1'700'000'000'001)};
        credential.expires = expires;
        CPPUNIT_ASSERT(KeptCredential(credential).expires() == expires + std::chrono::milliseconds(999));
        credential.expires = KeptCredential::Time(std::chrono::seconds(-5));
        CPPUNIT_ASSERT(KeptCredential(credential).expires() < expires);
    }

    void what_never_expires_says_so() {
        Credential credential(Credential::Kind::claim, "7");
        CPPUNIT_ASSERT(!KeptCredential(credential).expires());
        credential.expires = KeptCredential::Time(std::chrono::seconds(5'000'000'000));
        CPPUNIT_ASSERT(!KeptCredential(credential).expires());
    }

    void there_may_be_none() { CPPUNIT_ASSERT(!KeptCredential()); }
};

CPPUNIT_TEST_SUITE_REGISTRATION(KeptCredentialTest);

}  // namespace
}  // namespace zanhu::connection
