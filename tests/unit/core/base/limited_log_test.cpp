#include <Poco/AutoPtr.h>
#include <Poco/Channel.h>
#include <Poco/Logger.h>
#include <Poco/Message.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

#include <zanhu/limited_log.h>

namespace zanhu {
namespace {

constexpr const char* k_logger = "tests.limited_log";

class Lines final : public Poco::Channel {
public:
    void log(const Poco::Message& message) override {
        lines.push_back(std::to_string(message.getPriority()) + " " + message.getText());
    }
    std::vector<std::string> lines;
};

class LimitedLogTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(LimitedLogTest);
    CPPUNIT_TEST(of_many_lines_at_once_the_first_ten_are_written);
    CPPUNIT_TEST(every_log_has_a_limit_of_its_own);
    CPPUNIT_TEST(a_line_below_the_level_does_not_count);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        lines_ = new Lines;
        Poco::Logger::get(k_logger).setChannel(lines_);
        Poco::Logger::get(k_logger).setLevel(Poco::Message::PRIO_NOTICE);
    }
    void tearDown() override { Poco::Logger::destroy(k_logger); }

private:
    void of_many_lines_at_once_the_first_ten_are_written() {
        LimitedLog log(k_logger);
        for (int i = 0; i < 100; ++i)
            log.warning("line " + std::to_string(i));
        CPPUNIT_ASSERT_EQUAL(std::size_t{10}, lines_->lines.size());
        CPPUNIT_ASSERT_EQUAL(std::string("4 line 0"), lines_->lines.front());
        CPPUNIT_ASSERT_EQUAL(std::string("4 line 9"), lines_->lines.back());
    }

    void every_log_has_a_limit_of_its_own() {
        LimitedLog first(k_logger);
        LimitedLog second(k_logger);
        first.error("one");
        second.notice("two");
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, lines_->lines.size());
        CPPUNIT_ASSERT_EQUAL(std::string("3 one"), lines_->lines[0]);
        CPPUNIT_ASSERT_EQUAL(std::string("5 two"), lines_->lines[1]);
    }

    void a_line_below_the_level_does_not_count() {
        LimitedLog log(k_logger);
        log.information("nobody wants to know");
        log.notice("this");
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, lines_->lines.size());
        CPPUNIT_ASSERT_EQUAL(std::string("5 this"), lines_->lines[0]);
    }

    Poco::AutoPtr<Lines> lines_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(LimitedLogTest);

}  // namespace
}  // namespace zanhu
