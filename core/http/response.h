#pragma once

#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

#include <zanhu/headers.h>

namespace zanhu::http {

/// The interim answer to a client that sent `Expect: 100-continue`.
inline constexpr std::string_view k_continue = "HTTP/1.1 100 Continue\r\n\r\n";
/// What stands behind the data of every chunk, and what ends a chunked body.
inline constexpr std::string_view k_chunk_end = "\r\n";
inline constexpr std::string_view k_last_chunk = "0\r\n\r\n";

/// How a response is framed, which is the connection's affair and not the application's.
struct ConnectionOptions {
    bool keep_alive = true;
    /// The body's size in bytes; without it the body is chunked, or ends with the connection for an HTTP/1.0
    /// client.
    std::optional<std::uint64_t> content_length;
    bool http10 = false;  ///< the client spoke HTTP/1.0
};

/// RFC 9110's phrase for the status; empty for one that it does not know.
[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

/// Whether a response of this status may have a body (RFC 9110 6.4.1: not 1xx, 204 and 304).
[[nodiscard]] bool status_has_body(int status) noexcept;

/// Whether the body of such a response is sent in chunks.
[[nodiscard]] bool is_chunked(int status, const ConnectionOptions& connection) noexcept;

/// Whether the connection must be closed behind such a response: always when only its end tells the body's.
[[nodiscard]] bool closes(int status, const ConnectionOptions& connection) noexcept;

/// `time`, in seconds since 1970, as a Date field has it: "Sun, 06 Nov 1994 08:49:37 GMT".
[[nodiscard]] std::string http_date(std::time_t time);

/// The bytes of a response's head. `date` is an http_date() that the caller keeps for a second; empty leaves
/// it out. Content-Length, Transfer-Encoding and (but for 101) Connection of `headers` are not sent:
/// `connection` says them. Date and Server of `headers` replace ours. Throws std::invalid_argument for a
/// status that has not three digits.
[[nodiscard]] std::string encode_response_head(int status,
                                               const Headers& headers,
                                               const ConnectionOptions& connection,
                                               std::string_view date);

/// A whole response with one line of plain text (`text`, to which a line feed is added): for refusals.
/// `to_head` is for the answer to HEAD: all but the body.
[[nodiscard]] std::string simple_response(int status,
                                          std::string_view text,
                                          const Headers& extra = {},
                                          bool keep_alive = false,
                                          std::string_view date = {},
                                          bool to_head = false);

/// What stands ahead of a chunk's data. REQUIRES: size > 0, since an empty chunk ends the body.
[[nodiscard]] std::string encode_chunk_header(std::uint64_t size);

}  // namespace zanhu::http
