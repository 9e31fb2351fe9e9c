#include "core/http/response.h"

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/Timestamp.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <stdexcept>
#include <utility>

namespace zanhu::http {
namespace {

constexpr std::array<std::pair<int, std::string_view>, 46> k_phrases = {{
    {100, "Continue"},
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {203, "Non-Authoritative Information"},
    {204, "No Content"},
    {205, "Reset Content"},
    {206, "Partial Content"},
    {300, "Multiple Choices"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
}};

bool is_framing(std::string_view name, int status) noexcept {
    return name == "content-length" || name == "transfer-encoding" || (name == "connection" && status != 101);
}

void append_field(std::string& head, std::string_view name, std::string_view value) {
    head.append(name).append(": ").append(value).append("\r\n");
}

// RFC 9110 7.8: whoever sends Upgrade names it in Connection.
void append_connection(std::string& head, bool upgrade, bool close, bool http10) {
    if (close) {
        append_field(head, "Connection", upgrade ? "close, Upgrade" : "close");
    } else if (http10) {
        append_field(head, "Connection", upgrade ? "keep-alive, Upgrade" : "keep-alive");
    } else if (upgrade) {
        append_field(head, "Connection", "Upgrade");
    }
}

void append_framing(std::string& head, int status, const ConnectionOptions& connection, bool upgrade) {
    if (status_has_body(status) && connection.content_length) {
        append_field(head, "Content-Length", std::to_string(*connection.content_length));
    } else if (is_chunked(status, connection)) {
        append_field(head, "Transfer-Encoding", "chunked");
    }
    if (status < 200) return;
    append_connection(head, upgrade, closes(status, connection), connection.http10);
}

}  // namespace

std::string_view reason_phrase(int status) noexcept {
    const auto found = std::find_if(
        k_phrases.begin(), k_phrases.end(), [status](const auto& p) { return p.first == status; });
    return found == k_phrases.end() ? std::string_view() : found->second;
}

bool status_has_body(int status) noexcept {
    return status >= 200 && status != 204 && status != 304;
}

bool is_chunked(int status, const ConnectionOptions& connection) noexcept {
    return status_has_body(status) && !connection.content_length && !connection.http10;
}

bool closes(int status, const ConnectionOptions& connection) noexcept {
    if (status < 200) return false;
    const bool ends_with_connection =
        status_has_body(status) && !connection.content_length && connection.http10;
    return !connection.keep_alive || ends_with_connection;
}

std::string http_date(std::time_t time) {
    return Poco::DateTimeFormatter::format(Poco::Timestamp::fromEpochTime(time),
                                           Poco::DateTimeFormat::HTTP_FORMAT);
}

std::string encode_response_head(int status,
                                 const Headers& headers,
                                 const ConnectionOptions& connection,
                                 std::string_view date) {
    if (status < 100 || status > 999) {
        throw std::invalid_argument("a response's status must have three digits, not " +
                                    std::to_string(status));
    }
    std::size_t size = 192;  // the status line and the fields of our own
    for (const Field field : headers)
        size += field.name.size() + field.value.size() + 4;
    std::string head;
    head.reserve(size + date.size());
    head.append("HTTP/1.1 ")
        .append(std::to_string(status))
        .append(" ")
        .append(reason_phrase(status))
        .append("\r\n");
    if (!headers.contains("server")) append_field(head, "Server", "zanhu");
    if (!date.empty() && !headers.contains("date")) append_field(head, "Date", date);
    for (const Field field : headers) {
        if (!is_framing(field.name, status)) append_field(head, field.name, field.value);
    }
    append_framing(head, status, connection, headers.contains("upgrade"));
    return head.append("\r\n");
}

std::string simple_response(int status,
                            std::string_view text,
                            const Headers& extra,
                            bool keep_alive,
                            std::string_view date,
                            bool to_head) {
    Headers headers = extra;
    headers.set("content-type", "text/plain; charset=utf-8");
    ConnectionOptions connection;
    connection.keep_alive = keep_alive;
    connection.content_length = text.size() + 1;
    std::string response = encode_response_head(status, headers, connection, date);
    if (!to_head && status_has_body(status)) response.append(text).append("\n");
    return response;
}

std::string encode_chunk_header(std::uint64_t size) {
    assert(size > 0);
    std::array<char, 16> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), size, 16);
    assert(error == std::errc());
    return std::string(digits.data(), end).append("\r\n");
}

}  // namespace zanhu::http
