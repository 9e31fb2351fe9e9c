#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/redis/reply.h"

namespace zanhu::redis {

/// Reads replies (RESP2) from bytes that come cut anywhere. No I/O. It keeps what belongs to the reply under
/// way; every byte is looked at once, however small the pieces are. Owned by a connection; not thread-safe.
class ReplyReader {
public:
    enum class Step : std::uint8_t { need_more, reply, error };

    /// `max_size`: of one reply with everything in it, as it takes place in memory.
    explicit ReplyReader(std::size_t max_size) : max_size_(max_size) {}

    /// Takes bytes from the front of `bytes` until one reply is whole; call it again for the next one. After
    /// `error` the stream is out of step and the reader is of no further use; problem() says why.
    [[nodiscard]] Step next(std::string_view& bytes, Reply& reply);
    const std::string& problem() const noexcept { return problem_; }

private:
    struct Level {
        std::vector<Reply> items;
        std::size_t missing;
    };

    bool read_line(std::string_view& bytes);
    bool read_bulk(std::string_view& bytes);
    bool take_line();
    bool begin_bulk(std::int64_t length);
    bool begin_array(std::int64_t length);
    bool spend(std::size_t size);
    void complete(Reply reply);
    bool fail(std::string problem);

    const std::size_t max_size_;
    std::size_t spent_ = 0;
    std::string text_;  // the line or bulk string under way
    bool in_bulk_ = false;
    std::size_t bulk_missing_ = 0;  // with its CR LF
    std::vector<Level> levels_;     // arrays under way, outermost first
    bool whole_ = false;
    Reply result_;
    std::string problem_;
};

}  // namespace zanhu::redis
