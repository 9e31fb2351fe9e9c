#include "core/storage/uuid.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

namespace {

using namespace zanhu::storage;

class UuidTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(UuidTest);
    CPPUNIT_TEST(takes_both_forms_in_any_case);
    CPPUNIT_TEST(refuses_other_texts);
    CPPUNIT_TEST(puts_the_hyphens_back);
    CPPUNIT_TEST_SUITE_END();

    void takes_both_forms_in_any_case() {
        const std::string digits = "0123456789abcdef0123456789abcdef";
        CPPUNIT_ASSERT_EQUAL(digits, uuid_digits("01234567-89AB-cdef-0123-456789abcdef").value());
        CPPUNIT_ASSERT_EQUAL(digits, uuid_digits("0123456789abcdef0123456789ABCDEF").value());
    }

    void refuses_other_texts() {
        for (const char* text : {"",
                                 "0123456789abcdef0123456789abcde",
                                 "0123456789abcdef0123456789abcdeg",
                                 "012345678-9ab-cdef-0123-456789abcdef",
                                 "01234567-89AB-cdef-0123-456789abcde-",
                                 "{1234567-89ab-cdef-0123-456789abcdef"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !uuid_digits(text));
        }
    }

    void puts_the_hyphens_back() {
        CPPUNIT_ASSERT_EQUAL(std::string("01234567-89ab-cdef-0123-456789abcdef"),
                             uuid_with_hyphens("0123456789abcdef0123456789abcdef"));
        CPPUNIT_ASSERT_EQUAL(std::string("short"), uuid_with_hyphens("short"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(UuidTest);

}  // namespace
