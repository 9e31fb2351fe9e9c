#include "core/http/percent.h"

#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <optional>
#include <string>
#include <string_view>

namespace {

using zanhu::http::decode_path;
using zanhu::http::percent_decode;
using zanhu::http::percent_encode;

class PercentTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(PercentTest);
    CPPUNIT_TEST(escapes_are_decoded_in_either_case);
    CPPUNIT_TEST(broken_escapes_are_refused);
    CPPUNIT_TEST(an_escape_is_not_completed_by_what_lies_behind_the_text);
    CPPUNIT_TEST(every_byte_survives_the_way_there_and_back);
    CPPUNIT_TEST(a_path_must_be_utf8_without_nul);
    CPPUNIT_TEST_SUITE_END();

public:
    void escapes_are_decoded_in_either_case() {
        CPPUNIT_ASSERT(percent_decode("") == "");
        CPPUNIT_ASSERT(percent_decode("%2f%2Fa+b%25") == "//a+b%");
    }

    void broken_escapes_are_refused() {
        for (const char* bad : {"%", "a%", "%1", "%1g", "%g1", "%%41", "% 41", "%-1"}) {
            CPPUNIT_ASSERT_MESSAGE(bad, !percent_decode(bad));
        }
    }

    void an_escape_is_not_completed_by_what_lies_behind_the_text() {
        CPPUNIT_ASSERT(!percent_decode(std::string_view("%41").substr(0, 2)));
        CPPUNIT_ASSERT(!percent_decode(std::string_view("%41").substr(0, 1)));
    }

    void every_byte_survives_the_way_there_and_back() {
        std::string all;
        for (int i = 0; i < 256; ++i)
            all.push_back(static_cast<char>(i));
        CPPUNIT_ASSERT(percent_decode(percent_encode(all)) == all);
        CPPUNIT_ASSERT_EQUAL(std::string("aZ0-._~%20%2F%3D%E5%BC%A0"), percent_encode("aZ0-._~ /=张"));
    }

    void a_path_must_be_utf8_without_nul() {
        CPPUNIT_ASSERT(decode_path("/%E5%BC%A0/%0a") == "/张/\n");
        for (const char* bad : {"/%00", "/a%00b", "/%ff", "/%E5%BC", "/%"})
            CPPUNIT_ASSERT_MESSAGE(bad, !decode_path(bad));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PercentTest);

}  // namespace
