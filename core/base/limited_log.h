#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

namespace zanhu {

/// A warning that may come very often: written at most once in ten seconds, with how many were left out. Any
/// thread.
class LimitedLog {
public:
    /// The name of the Poco::Logger that gets the warnings; must live as long as the program.
    explicit LimitedLog(const char* logger) noexcept : logger_(logger) {}
    void warning(const std::string& text);

private:
    const char* logger_;
    std::mutex mutex_;  // guards what follows
    std::chrono::steady_clock::time_point last_;
    std::uint64_t left_out_ = 0;
};

}  // namespace zanhu
