#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

namespace zanhu {

/// Lines of the log that come as often as clients like: at most ten in ten seconds are written, and the next
/// one says how many were left out. At namespace scope of the file that logs, one for each kind of line; any
/// thread. Never throws on account of the log.
class LimitedLog {
public:
    /// The name of the logger that gets the lines; must live as long as the program.
    explicit constexpr LimitedLog(const char* logger) noexcept : logger_(logger) {}
    LimitedLog(const LimitedLog&) = delete;
    LimitedLog& operator=(const LimitedLog&) = delete;

    void error(const std::string& text);
    void warning(const std::string& text);
    void notice(const std::string& text);
    void information(const std::string& text);

    /// How many lines of each log are written in ten seconds, for the whole process. A test that reads the
    /// log raises it.
    static void set_limit(unsigned lines) noexcept;

private:
    void write(int priority, const std::string& text);

    const char* logger_;
    std::mutex mutex_;  // guards what follows
    std::chrono::steady_clock::time_point begun_;
    unsigned written_ = 0;  // since begun_
    std::uint64_t left_out_ = 0;
};

}  // namespace zanhu
