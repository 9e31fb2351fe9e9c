#include "app/log_file.h"

#include <Poco/Message.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <utility>

#include <zanhu/errors.h>

#include "core/base/metrics.h"

namespace zanhu::app {

namespace {

Counter lost("log_lines_lost_total", "Lines of the log that could not be written");

int open_for_appending(const std::string& path) noexcept {
    return ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0640);
}

}  // namespace

LogFile::LogFile() noexcept : descriptor_(STDERR_FILENO) {}

LogFile::LogFile(std::string path) : path_(std::move(path)), descriptor_(open_for_appending(path_)) {
    if (descriptor_ >= 0) return;
    throw ConfigError("[logging] file: cannot open " + path_ + ": " + std::generic_category().message(errno) +
                      "; make its directory, and give it to the user that zanhu runs as");
}

LogFile::~LogFile() {
    if (!path_.empty()) ::close(descriptor_);
}

void LogFile::log(const Poco::Message& message) {
    const std::lock_guard lock(mutex_);
    try {
        line_.assign(torn_ ? "\n" : "").append(message.getText()).append("\n");
    } catch (const std::exception&) {
        lost.add();
        return;
    }
    ssize_t written = 0;
    do {
        written = ::write(descriptor_, line_.data(), line_.size());
    } while (written < 0 && errno == EINTR);
    if (written == static_cast<ssize_t>(line_.size())) {
        torn_ = false;
        return;
    }
    torn_ = torn_ || written > 0;
    lost.add();
}

std::error_code LogFile::reopen() noexcept {
    if (path_.empty()) return {};
    const int fresh = open_for_appending(path_);
    if (fresh < 0) return {errno, std::generic_category()};
    const std::lock_guard lock(mutex_);
    ::close(std::exchange(descriptor_, fresh));
    torn_ = false;
    return {};
}

}  // namespace zanhu::app
