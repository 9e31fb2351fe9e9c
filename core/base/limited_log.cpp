#include "core/base/limited_log.h"

#include <Poco/Logger.h>

#include <utility>

namespace zanhu {

namespace {

constexpr std::chrono::seconds k_interval{10};

}  // namespace

void LimitedLog::warning(const std::string& text) {
    std::uint64_t left_out = 0;
    {
        const std::lock_guard lock(mutex_);
        const auto now = std::chrono::steady_clock::now();
        if (last_.time_since_epoch().count() != 0 && now - last_ < k_interval) {
            ++left_out_;
            return;
        }
        last_ = now;
        left_out = std::exchange(left_out_, 0);
    }
    const std::string more = left_out == 0 ? "" : " (and " + std::to_string(left_out) + " more before)";
    Poco::Logger::get(logger_).warning(text + more);
}

}  // namespace zanhu
