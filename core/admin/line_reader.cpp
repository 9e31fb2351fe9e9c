#include "core/admin/line_reader.h"

namespace zanhu::admin {

void LineReader::feed(std::string_view bytes) {
    buffer_.erase(0, start_);
    scanned_ -= start_;
    start_ = 0;
    buffer_.append(bytes);
}

LineReader::State LineReader::next(std::string& line) {
    const std::size_t end = buffer_.find('\n', scanned_);
    const std::size_t length = (end == std::string::npos ? buffer_.size() : end) - start_;
    if (length > limit_) return State::too_long;
    if (end == std::string::npos) {
        scanned_ = buffer_.size();
        return State::incomplete;
    }
    line.assign(buffer_, start_, length);
    start_ = scanned_ = end + 1;
    return State::line;
}

}  // namespace zanhu::admin
