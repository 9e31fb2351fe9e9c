#include <Poco/AutoPtr.h>
#include <Poco/Channel.h>
#include <Poco/Logger.h>
#include <Poco/Message.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <zanhu/limited_log.h>

#include "tests/application/web/browser.h"

namespace zanhu::web_test {
namespace {

class MemoryChannel : public Poco::Channel {
public:
    void log(const Poco::Message& message) override { lines.push_back(message.getText()); }
    std::vector<std::string> lines;
};

// Other tests of this program write to the same logs before these read them.
[[maybe_unused]] const bool unlimited = (LimitedLog::set_limit(1'000'000), true);

class LogTest : public CPPUNIT_NS::TestFixture, private SiteFixture {
    CPPUNIT_TEST_SUITE(LogTest);
    CPPUNIT_TEST(a_failing_database_is_logged_with_its_reason);
    CPPUNIT_TEST(a_failed_log_in_is_logged_without_the_password);
    CPPUNIT_TEST(what_a_client_sends_cannot_begin_a_line);
    CPPUNIT_TEST(a_refused_post_is_logged_with_its_reason);
    CPPUNIT_TEST(a_message_that_was_not_told_is_logged);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        Poco::Logger& logger = Poco::Logger::get("zanhu.web");
        before_ = logger.getChannel();
        logger.setChannel(channel_);
    }
    void tearDown() override { Poco::Logger::get("zanhu.web").setChannel(before_); }

    void a_failing_database_is_logged_with_its_reason() {
        services.letters.work.fault = Fault::storage;
        alice->get("/api/people/");
        assert_line("GET /api/people/: the disk is full");
    }

    void a_failed_log_in_is_logged_without_the_password() {
        bob->log_in("bob", "secret-word");
        assert_line("log-in of \"bob\" from 127.0.0.1 failed");
    }

    void what_a_client_sends_cannot_begin_a_line() {
        bob->log_in("a\nb", "p");
        assert_line("log-in of \"a\\nb\" from 127.0.0.1 failed");
        bob->host = "a\tb";
        bob->get("/");
        assert_line("Host \"a\\tb\" is not in allowed_hosts");
    }

    void a_refused_post_is_logged_with_its_reason() {
        alice->send_csrf = false;
        alice->post_text("/api/messages/", "{}");
        assert_line("POST /api/messages/ refused: the CSRF token is missing or does not fit the cookie");
    }

    void a_message_that_was_not_told_is_logged() {
        services.layer.work.fault = Fault::other;
        ValueMap body;
        body.set("id", "0f8fad5b-d9cb-469f-a165-70867728950e").set("to", "bob").set("message", "hello");
        alice->post_json("/api/messages/", body);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("one for each group", std::size_t{2}, channel_->lines.size());
        assert_line("a stored message was not announced: an error of the program");
    }

private:
    void assert_line(const std::string& expected) {
        CPPUNIT_ASSERT(!channel_->lines.empty());
        CPPUNIT_ASSERT_EQUAL(expected, channel_->lines.back());
    }

    const Poco::AutoPtr<MemoryChannel> channel_{new MemoryChannel};
    Poco::Channel::Ptr before_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(LogTest);

}  // namespace
}  // namespace zanhu::web_test
