#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/admin/message.h"

namespace zanhu::admin {

/// Cuts a stream of bytes into lines, none of them longer than the limit. It holds at most the limit and what
/// was fed last, as long as whoever feeds it takes the lines out first. Owned by one end of a connection; one
/// thread.
class LineReader {
public:
    enum class [[nodiscard]] State : std::uint8_t {
        line,        ///< there was one
        incomplete,  ///< its end is still to come
        too_long,    ///< the stream cannot be used any more
    };

    explicit LineReader(std::size_t limit = k_max_line) noexcept : limit_(limit) {}

    void feed(std::string_view bytes);
    /// Moves the next line, without its end, into `line`.
    State next(std::string& line);
    /// No bytes wait to be taken out.
    bool empty() const noexcept { return start_ == buffer_.size(); }

private:
    const std::size_t limit_;
    std::string buffer_;
    std::size_t start_ = 0;    // of what was not taken out yet
    std::size_t scanned_ = 0;  // before it there is no end of a line that is still to be taken out
};

}  // namespace zanhu::admin
