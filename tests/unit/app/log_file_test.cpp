#include "app/log_file.h"

#include <Poco/AutoPtr.h>
#include <Poco/Message.h>
#include <Poco/TemporaryFile.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <zanhu/errors.h>

#include "core/base/metrics.h"

namespace zanhu::app {
namespace {

std::string text_of(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::uint64_t lost_lines() {
    for (const Metric* metric : all_metrics()) {
        if (metric->name() == "log_lines_lost_total") return static_cast<std::uint64_t>(metric->value());
    }
    CPPUNIT_FAIL("there is no counter log_lines_lost_total");
    return 0;
}

Poco::Message line(const std::string& text) {
    return {"test", text, Poco::Message::PRIO_INFORMATION};
}

class LogFileTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(LogFileTest);
    CPPUNIT_TEST(lines_are_appended_to_what_is_there);
    CPPUNIT_TEST(a_file_that_cannot_be_opened_is_refused_with_its_path);
    CPPUNIT_TEST(a_line_that_cannot_be_written_is_counted_and_nothing_is_thrown);
    CPPUNIT_TEST(reopening_goes_on_in_a_new_file);
    CPPUNIT_TEST(a_file_that_cannot_be_reopened_stays_in_use);
    CPPUNIT_TEST(lines_of_many_threads_stay_whole_while_it_is_reopened);
    CPPUNIT_TEST(standard_error_has_nothing_to_reopen);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        directory_ = Poco::TemporaryFile::tempName();
        std::filesystem::create_directory(directory_);
        path_ = directory_ + "/zanhu.log";
    }
    void tearDown() override { std::filesystem::remove_all(directory_); }

private:
    void lines_are_appended_to_what_is_there() {
        std::ofstream(path_) << "before\n";
        Poco::AutoPtr<LogFile> log(new LogFile(path_));
        log->log(line("one"));
        log->log(line("two"));
        CPPUNIT_ASSERT_EQUAL(std::string("before\none\ntwo\n"), text_of(path_));
    }

    void a_file_that_cannot_be_opened_is_refused_with_its_path() {
        try {
            Poco::AutoPtr<LogFile> log(new LogFile(directory_ + "/none/zanhu.log"));
            CPPUNIT_FAIL("it was opened");
        } catch (const ConfigError& error) {
            const std::string text = error.what();
            CPPUNIT_ASSERT_MESSAGE(text, text.starts_with("[logging] file: cannot open " + directory_));
            CPPUNIT_ASSERT_MESSAGE(text, text.find("No such file") != std::string::npos);
        }
    }

    void a_line_that_cannot_be_written_is_counted_and_nothing_is_thrown() {
        Poco::AutoPtr<LogFile> log(new LogFile("/dev/full"));
        const std::uint64_t before = lost_lines();
        log->log(line("one"));
        log->log(line("two"));
        CPPUNIT_ASSERT_EQUAL(before + 2, lost_lines());
    }

    void reopening_goes_on_in_a_new_file() {
        Poco::AutoPtr<LogFile> log(new LogFile(path_));
        log->log(line("one"));
        std::filesystem::rename(path_, path_ + ".1");
        log->log(line("two"));
        CPPUNIT_ASSERT(!log->reopen());
        log->log(line("three"));
        CPPUNIT_ASSERT_EQUAL(std::string("one\ntwo\n"), text_of(path_ + ".1"));
        CPPUNIT_ASSERT_EQUAL(std::string("three\n"), text_of(path_));
    }

    void a_file_that_cannot_be_reopened_stays_in_use() {
        Poco::AutoPtr<LogFile> log(new LogFile(path_));
        std::filesystem::rename(path_, path_ + ".1");
        std::filesystem::create_directory(path_);
        CPPUNIT_ASSERT(log->reopen() == std::errc::is_a_directory);
        log->log(line("one"));
        CPPUNIT_ASSERT_EQUAL(std::string("one\n"), text_of(path_ + ".1"));
    }

    void lines_of_many_threads_stay_whole_while_it_is_reopened() {
        constexpr int k_lines = 200;
        Poco::AutoPtr<LogFile> log(new LogFile(path_));
        std::vector<std::thread> threads;
        for (char c = 'a'; c < 'e'; ++c) {
            threads.emplace_back([&log, c] {
                for (int i = 0; i < k_lines; ++i)
                    log->log(line(std::string(100, c)));
            });
        }
        for (int i = 0; i < k_lines; ++i)
            CPPUNIT_ASSERT(!log->reopen());
        for (std::thread& thread : threads)
            thread.join();
        const std::string text = text_of(path_);
        CPPUNIT_ASSERT_EQUAL(std::size_t{4 * k_lines * 101}, text.size());
        for (std::size_t at = 0; at < text.size(); at += 101) {
            CPPUNIT_ASSERT_EQUAL(std::string(100, text[at]) + "\n", text.substr(at, 101));
        }
    }

    void standard_error_has_nothing_to_reopen() {
        Poco::AutoPtr<LogFile> log(new LogFile);
        CPPUNIT_ASSERT(!log->reopen());
        CPPUNIT_ASSERT(log->path().empty());
    }

    std::string directory_;
    std::string path_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(LogFileTest);

}  // namespace
}  // namespace zanhu::app
