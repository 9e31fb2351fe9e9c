#pragma once

#include <Poco/Channel.h>

#include <mutex>
#include <string>
#include <system_error>

namespace zanhu::app {

/// Where the lines of the log go: a file that is appended to, or standard error. A log that cannot be written
/// is no reason to stop serving, so a lost line is counted (`log_lines_lost_total`) and nothing more. Shared
/// by the loggers, as POCO counts its channels; any thread.
class LogFile final : public Poco::Channel {
public:
    /// Standard error.
    LogFile() noexcept;
    /// Opens or makes the file. Throws ConfigError.
    explicit LogFile(std::string path);
    LogFile(const LogFile&) = delete;
    LogFile& operator=(const LogFile&) = delete;

    /// One write() a line. Never throws.
    void log(const Poco::Message& message) override;

    /// Opens the path again, for a file that was renamed. On failure the former file stays in use. Does
    /// nothing for standard error.
    [[nodiscard]] std::error_code reopen() noexcept;

    /// Empty: standard error.
    const std::string& path() const noexcept { return path_; }

protected:
    ~LogFile() override;

private:
    const std::string path_;
    std::mutex mutex_;  // guards what follows
    int descriptor_;
    bool torn_ = false;  // the last line went out in part
    std::string line_;
};

}  // namespace zanhu::app
