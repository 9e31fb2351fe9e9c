#include "core/http/framing.h"

#include <charconv>
#include <cstdint>

#include "core/http/request_line.h"

namespace zanhu::http {

void FramingFields::note(std::string_view name, std::string_view value) noexcept {
    switch (name.size()) {
        case 4:
            if (equals_ignore_case(name, "host")) host_.add(value);
            break;
        case 6:
            if (equals_ignore_case(name, "expect")) {
                (equals_ignore_case(value, "100-continue") ? expect_continue_ : expect_other_) = true;
            }
            break;
        case 10:
            if (equals_ignore_case(name, "connection")) {
                close_ = close_ || list_contains_token(value, "close");
                keep_alive_ = keep_alive_ || list_contains_token(value, "keep-alive");
            }
            break;
        case 14:
            if (equals_ignore_case(name, "content-length")) content_length_.add(value);
            break;
        case 17:
            if (equals_ignore_case(name, "transfer-encoding")) transfer_encoding_.add(value);
            break;
        default:
            break;
    }
}

HeadResult FramingFields::apply(RequestHead& head) const {
    if (const HeadResult host = apply_host(head); host.is_error()) return host;
    if (const HeadResult length = apply_length(head); length.is_error()) return length;
    if (expect_other_) return HeadResult::error(417, "the only expectation that can be met is 100-continue");
    // RFC 9110 10.1.1: an HTTP/1.0 client would not understand the 100.
    head.expect_continue = expect_continue_ && head.minor_version >= 1;
    head.keep_alive = !close_ && (head.minor_version >= 1 || keep_alive_);
    return HeadResult::complete();
}

HeadResult FramingFields::apply_host(RequestHead& head) const {
    if (host_.count > 1) return HeadResult::error(400, "the request has more than one Host header");
    if (host_.count == 0 && head.minor_version > 0)
        return HeadResult::error(400, "the request has no Host header");
    if (host_.count > 0 && !is_authority(host_.value))
        return HeadResult::error(400, "the Host header is not of the form host or host:port");
    if (head.host.empty()) {
        head.host = host_.value;
    } else if (head.host != host_.value) {
        // RFC 9112 3.2.2: the host of a target in absolute form stands above the field, for whoever reads
        // that too.
        head.headers.set("host", head.host);
    }
    return HeadResult::complete();
}

HeadResult FramingFields::apply_length(RequestHead& head) const {
    if (transfer_encoding_.count > 0) {
        if (content_length_.count > 0) {
            return HeadResult::error(
                400, "the request has Content-Length and Transfer-Encoding: send Content-Length only");
        }
        if (transfer_encoding_.count == 1 && equals_ignore_case(transfer_encoding_.value, "chunked")) {
            return HeadResult::error(411, "a chunked body is not taken: send the body with Content-Length");
        }
        return HeadResult::error(
            501, "this Transfer-Encoding is not known: send the body as it is, with Content-Length");
    }
    if (content_length_.count > 1)
        return HeadResult::error(400, "the request has more than one Content-Length header");
    if (content_length_.count == 1) {
        const std::string_view digits = content_length_.value;
        std::uint64_t length = 0;
        const char* end = digits.data() + digits.size();
        const auto [stopped, error] = std::from_chars(digits.data(), end, length);
        if (error != std::errc() || stopped != end) {
            return HeadResult::error(400, "the Content-Length header is not one number of bytes");
        }
        head.content_length = length;
    } else if (head.method == "POST" || head.method == "PUT" || head.method == "PATCH") {
        return HeadResult::error(411, "a request of this method needs a Content-Length header");
    }
    return HeadResult::complete();
}

}  // namespace zanhu::http
