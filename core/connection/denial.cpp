#include "core/connection/denial.h"

#include <algorithm>

#include <zanhu/errors.h>

#include "core/http/response.h"

namespace zanhu::connection {

namespace {

constexpr std::size_t k_max_body = 1 << 20;

bool is_own_header(std::string_view name) {
    static constexpr std::string_view k_own[] = {
        "connection", "upgrade", "content-length", "transfer-encoding"};
    return name.starts_with("sec-websocket-") ||
           std::find(std::begin(k_own), std::end(k_own), name) != std::end(k_own);
}

}  // namespace

Denial::Denial(ResponseStart start) : start_(std::move(start)) {
    if (start_.status >= 300 && start_.status <= 599) return;
    throw ProtocolMisuse("a handshake is refused with a status from 300 to 599, not with " +
                         std::to_string(start_.status));
}

void Denial::add(const ResponseBody& body) {
    if (body_.size() + body.bytes.size() > k_max_body) {
        throw ProtocolMisuse("the body of a refused handshake is longer than 1 MiB");
    }
    body_ += body.bytes;
}

std::string Denial::response(std::string_view date) const {
    http::ConnectionOptions options;
    options.keep_alive = false;
    options.content_length = body_.size();
    const std::string head = http::encode_response_head(start_.status, start_.headers, options, date);
    return http::status_has_body(start_.status) ? head + body_ : head;
}

std::string refusal(int status, std::string_view text, std::string_view date) {
    Headers extra;
    if (status == 503 || status == 429) extra.add("retry-after", "5");
    if (!text.empty()) return http::simple_response(status, text, extra, false, date);
    http::ConnectionOptions options;
    options.keep_alive = false;
    options.content_length = 0;
    return http::encode_response_head(status, extra, options, date);
}

std::string acceptance(const Accept& command,
                       const Handshake& handshake,
                       const std::vector<std::string>& offered,
                       std::string_view date) {
    Headers headers;
    headers.add("upgrade", "websocket");
    headers.add("connection", "Upgrade");
    headers.add("sec-websocket-accept", handshake.accept_value);
    if (handshake.deflate.has_value()) {
        headers.add("sec-websocket-extensions", handshake.deflate->response);
    }
    if (!command.subprotocol.empty()) {
        if (std::find(offered.begin(), offered.end(), command.subprotocol) == offered.end()) {
            throw ProtocolMisuse("the subprotocol '" + command.subprotocol +
                                 "' was not offered by the client");
        }
        headers.add("sec-websocket-protocol", command.subprotocol);
    }
    for (const auto [name, value] : command.headers) {
        if (is_own_header(name)) {
            throw ProtocolMisuse("the header '" + std::string(name) +
                                 "' of a 101 is set by the connection alone");
        }
        headers.add(name, value);
    }
    return http::encode_response_head(101, headers, http::ConnectionOptions(), date);
}

}  // namespace zanhu::connection
