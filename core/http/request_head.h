#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <zanhu/headers.h>

namespace zanhu::http {

/// What a request's head may cost. Sizes are in bytes.
struct HeadLimits {
    std::size_t max_size = 16384;   ///< the whole head with its empty line; above: 431
    std::size_t max_target = 8192;  ///< the request target; above: 414
    std::size_t max_fields = 100;   ///< fields, dropped ones included; above: 431
};

/// The head of a request, checked: who gets one need not check again what is said here. A value type; one
/// thread at a time.
struct RequestHead {
    std::string method;        ///< a token, as sent: methods are case-sensitive
    std::string raw_target;    ///< as sent
    std::string raw_path;      ///< as sent; begins with '/', or is "*" (OPTIONS only)
    std::string query_string;  ///< as sent, without the question mark
    std::string path;          ///< raw_path percent-decoded: UTF-8 without NUL
    int minor_version = 1;     ///< 1 or 0, of HTTP/1.x
    /// Lower-case names in order of arrival; bytes of the values as sent (Latin-1 in meaning), trimmed.
    /// Fields with an underscore in their name are left out: as CGI variables they would pass for the field
    /// with hyphens (CVE-2015-0219).
    Headers headers;
    std::optional<std::uint64_t> content_length;  ///< present for every POST, PUT and PATCH
    bool keep_alive = false;                      ///< the client would use the connection again
    bool expect_continue = false;                 ///< the client waits for 100 before it sends the body
    std::string host;  ///< host[:port] as sent, of an absolute target or the field, which are then the same;
                       ///< empty only when an HTTP/1.0 client named none
};

/// What became of the bytes so far. For `error`: the status to answer with, and what is wrong and what to do,
/// in one line.
struct [[nodiscard]] HeadResult {
    enum class Kind : std::uint8_t { need_more, complete, error };

    [[nodiscard]] static constexpr HeadResult need_more() noexcept { return {Kind::need_more, 0, {}}; }
    [[nodiscard]] static constexpr HeadResult complete() noexcept { return {Kind::complete, 200, {}}; }
    [[nodiscard]] static constexpr HeadResult error(int status, std::string_view reason) noexcept {
        return {Kind::error, status, reason};
    }
    [[nodiscard]] constexpr bool is_error() const noexcept { return kind == Kind::error; }

    Kind kind;
    int status;
    std::string_view reason;  ///< a literal: valid for ever
};

/// Reads request heads (RFC 9112, strictly: see HeadResult's reasons for what is refused) from bytes cut
/// anywhere. Owned by one connection and used on its loop; holds memory only between the first and the last
/// byte of a head that came in pieces, and never more than HeadLimits::max_size bytes of it.
class HeadParser {
public:
    using Result = HeadResult;

    explicit HeadParser(HeadLimits limits = {}) : limits_(limits) {}

    /// Takes the next bytes and says in `consumed` how many of them belong to this head; the rest is the body
    /// or the next request. After `complete`, take() comes next. After `error` the connection is answered and
    /// closed: what follows on it cannot be understood any more.
    Result feed(std::string_view bytes, std::size_t& consumed);

    /// The head; the parser is then ready for the connection's next one. REQUIRES: feed() has returned
    /// `complete`.
    [[nodiscard]] RequestHead take();

    /// How many bytes of an unfinished head are held; 0 between requests (idle, not slow).
    [[nodiscard]] std::size_t buffered() const noexcept { return buffer_.size(); }

private:
    Result scan(std::string_view bytes, std::size_t& end);
    Result parse(std::string_view bytes);
    [[nodiscard]] Result too_large(std::string_view bytes) const;
    void store(std::string_view bytes);

    HeadLimits limits_;
    std::vector<char> buffer_;
    std::size_t line_start_ = 0;  // of the first line whose end has not been seen
    std::size_t scanned_ = 0;     // no line feed from line_start_ up to here
    std::size_t lines_ = 0;
    RequestHead head_;
};

}  // namespace zanhu::http
