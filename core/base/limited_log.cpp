#include <Poco/Logger.h>
#include <Poco/Message.h>

#include <atomic>
#include <utility>

#include <zanhu/limited_log.h>

namespace zanhu {

namespace {

constexpr std::chrono::seconds k_interval{10};
std::atomic<unsigned> lines_an_interval{10};

}  // namespace

void LimitedLog::error(const std::string& text) {
    write(Poco::Message::PRIO_ERROR, text);
}

void LimitedLog::warning(const std::string& text) {
    write(Poco::Message::PRIO_WARNING, text);
}

void LimitedLog::notice(const std::string& text) {
    write(Poco::Message::PRIO_NOTICE, text);
}

void LimitedLog::information(const std::string& text) {
    write(Poco::Message::PRIO_INFORMATION, text);
}

void LimitedLog::set_limit(unsigned lines) noexcept {
    lines_an_interval = lines;
}

void LimitedLog::write(int priority, const std::string& text) {
    Poco::Logger& logger = Poco::Logger::get(logger_);
    if (logger.getLevel() < priority) return;
    std::uint64_t left_out = 0;
    {
        const std::lock_guard lock(mutex_);
        const auto now = std::chrono::steady_clock::now();
        if (written_ == 0 || now - begun_ >= k_interval) {
            begun_ = now;
            written_ = 0;
        }
        if (written_ >= lines_an_interval) {
            ++left_out_;
            return;
        }
        ++written_;
        left_out = std::exchange(left_out_, 0);
    }
    const std::string more = left_out == 0 ? "" : " (and " + std::to_string(left_out) + " more before)";
    logger.log(Poco::Message(logger.name(), text + more, static_cast<Poco::Message::Priority>(priority)));
}

}  // namespace zanhu
