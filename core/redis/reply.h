#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace zanhu::redis {

/// One reply of a Redis server (RESP2). A value type.
class Reply {
public:
    enum class Kind : std::uint8_t { nil, status, error, integer, text, array };

    Reply() noexcept = default;  ///< nil: a null bulk string or a null array
    Reply(Kind kind, std::string text) : kind_(kind), text_(std::move(text)) {}
    explicit Reply(std::int64_t number) : kind_(Kind::integer), number_(number) {}
    explicit Reply(std::vector<Reply> items) : kind_(Kind::array), items_(std::move(items)) {}

    Kind kind() const noexcept { return kind_; }
    bool is_nil() const noexcept { return kind_ == Kind::nil; }
    bool is_error() const noexcept { return kind_ == Kind::error; }
    /// Of a status, an error or a bulk string, which may hold any bytes; else empty.
    const std::string& text() const noexcept { return text_; }
    std::string take_text() noexcept { return std::move(text_); }
    /// Of an integer; else 0.
    std::int64_t number() const noexcept { return number_; }
    /// Of an array; else empty.
    const std::vector<Reply>& items() const noexcept { return items_; }
    std::vector<Reply>& items() noexcept { return items_; }

private:
    Kind kind_ = Kind::nil;
    std::int64_t number_ = 0;
    std::string text_;
    std::vector<Reply> items_;
};

}  // namespace zanhu::redis
