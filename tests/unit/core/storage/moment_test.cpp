#include "core/storage/moment.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

namespace {

using namespace zanhu::storage;

class MomentTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(MomentTest);
    CPPUNIT_TEST(writes_what_django_writes);
    CPPUNIT_TEST(reads_back_what_it_writes);
    CPPUNIT_TEST(refuses_other_texts);
    CPPUNIT_TEST(turns_rows_into_iso_and_back);
    CPPUNIT_TEST(reads_what_python_writes);
    CPPUNIT_TEST(leaves_a_strange_row_as_it_is);
    CPPUNIT_TEST_SUITE_END();

    static Moment at(std::int64_t seconds, int micros) {
        return Moment(std::chrono::seconds(seconds) + std::chrono::microseconds(micros));
    }

    void writes_what_django_writes() {
        CPPUNIT_ASSERT_EQUAL(std::string("2023-11-14 22:13:20.000007"), to_database(at(1700000000, 7)));
        CPPUNIT_ASSERT_EQUAL(std::string("2023-11-14 22:13:20"), to_database(at(1700000000, 0)));
        CPPUNIT_ASSERT_EQUAL(std::string("2024-02-29 00:00:00.999999"), to_database(at(1709164800, 999999)));
        CPPUNIT_ASSERT_EQUAL(std::string("1969-12-31 23:59:59.500000"), to_database(at(-1, 500000)));
    }

    void reads_back_what_it_writes() {
        for (const Moment moment : {at(0, 0), at(1700000000, 7), at(1709164800, 999999), at(-1, 500000)}) {
            CPPUNIT_ASSERT(from_database(to_database(moment)) == moment);
        }
    }

    void refuses_other_texts() {
        for (const char* text : {"",
                                 "2023-11-14",
                                 "2023-11-14T22:13:20",
                                 "2023-11-14 22:13:20.",
                                 "2023-11-14 22:13:20.1234567",
                                 "2023-11-14 22:13:20.12345",
                                 "2023-11-14 22:13:20Z",
                                 "2023-02-29 00:00:00",
                                 "2023-13-01 00:00:00",
                                 "2023-11-14 24:00:00",
                                 "2023-11-14 22:60:00",
                                 "2023-11-14 22:13:60",
                                 "+023-11-14 22:13:20"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !from_database(text));
        }
    }

    void turns_rows_into_iso_and_back() {
        CPPUNIT_ASSERT_EQUAL(std::string("2023-11-14T22:13:20.000007Z"),
                             database_to_iso("2023-11-14 22:13:20.000007"));
        CPPUNIT_ASSERT_EQUAL(std::string("2023-11-14T22:13:20.000000Z"),
                             database_to_iso("2023-11-14 22:13:20"));
        CPPUNIT_ASSERT_EQUAL(std::string("2023-11-14 22:13:20"),
                             iso_to_database("2023-11-14T22:13:20.000000Z").value());
        CPPUNIT_ASSERT_EQUAL(std::string("2023-11-14 22:13:20"),
                             iso_to_database("2023-11-14T22:13:20Z").value());
        CPPUNIT_ASSERT(!iso_to_database("2023-11-14T22:13:20"));
        CPPUNIT_ASSERT(!iso_to_database("2023-11-14 22:13:20Z"));
        CPPUNIT_ASSERT(!iso_to_database("' OR 1=1"));
    }

    void reads_what_python_writes() {
        const Moment moment = from_database("2023-11-14 22:13:20.000007").value();
        for (const char* text : {"2023-11-14T22:13:20.000007",
                                 "2023-11-14T22:13:20.000007+00:00",
                                 "2023-11-14T22:13:20.000007Z",
                                 "2023-11-15T06:13:20.000007+08:00",
                                 "2023-11-14T18:43:20.000007-03:30"})
            CPPUNIT_ASSERT_MESSAGE(text, moment_of_isoformat(text) == moment);
        for (const char* text :
             {"", "2023-11-14", "2023-11-14 22:13:20", "2023-11-14T22:13:20+8", "2023-11-14T22:13:20 "})
            CPPUNIT_ASSERT_MESSAGE(text, !moment_of_isoformat(text));
    }

    void leaves_a_strange_row_as_it_is() {
        CPPUNIT_ASSERT_EQUAL(std::string("yesterday"), database_to_iso("yesterday"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MomentTest);

}  // namespace
