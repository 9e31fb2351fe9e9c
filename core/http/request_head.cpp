#include "core/http/request_head.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

#include "core/http/framing.h"
#include "core/http/request_line.h"

namespace zanhu::http {
namespace {

constexpr std::size_t k_first_buffer = 256;  // a slow client's first bytes; more is taken as it comes

// Takes the first line, without its CR LF, off `text`, in which every line is known to end so.
std::string_view take_line(std::string_view& text) {
    const std::size_t feed = text.find('\n');
    assert(feed != std::string_view::npos && feed > 0);
    const std::string_view line = text.substr(0, feed - 1);
    text.remove_prefix(feed + 1);
    return line;
}

HeadResult refuse_field(std::string_view line, std::size_t colon) {
    if (line.front() == ' ' || line.front() == '\t') {
        return HeadResult::error(400, "a header is folded over several lines: send it on one line");
    }
    if (colon == std::string_view::npos) return HeadResult::error(400, "a header line has no colon");
    const std::string_view name = line.substr(0, colon);
    if (name.ends_with(' ') || name.ends_with('\t')) {
        return HeadResult::error(400, "a header has white space before its colon");
    }
    if (!is_token(name))
        return HeadResult::error(400, "a header's name is empty or holds a character that no name may hold");
    return HeadResult::error(400, "a header's value holds a control character");
}

HeadResult parse_field(std::string_view line, Headers& headers, FramingFields& framing) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return refuse_field(line, colon);
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trim_ows(line.substr(colon + 1));
    if (name.find('_') != std::string_view::npos) {
        return is_token(name) && is_field_value(value) ? HeadResult::complete() : refuse_field(line, colon);
    }
    if (!headers.try_add(name, value)) return refuse_field(line, colon);
    framing.note(name, value);
    return HeadResult::complete();
}

}  // namespace

HeadParser::Result HeadParser::feed(std::string_view bytes, std::size_t& consumed) {
    consumed = bytes.size();
    if (bytes.empty()) return Result::need_more();
    const std::size_t held = buffer_.size();
    // The common case, a head in one read, is parsed where it lies.
    if (held > 0) store(bytes);
    const std::string_view text =
        held > 0 ? std::string_view(buffer_.data(), buffer_.size()) : bytes.substr(0, limits_.max_size);

    std::size_t end = 0;
    Result result = scan(text, end);
    if (result.kind == Result::Kind::complete) {
        consumed = end - held;
        result = parse(text.substr(0, end));
    } else if (result.kind == Result::Kind::need_more && text.size() == limits_.max_size) {
        result = too_large(text);
    } else if (result.kind == Result::Kind::need_more && held == 0) {
        store(bytes);
    }
    if (result.kind != Result::Kind::need_more) buffer_ = std::vector<char>();
    return result;
}

RequestHead HeadParser::take() {
    line_start_ = scanned_ = lines_ = 0;
    return std::exchange(head_, RequestHead());
}

void HeadParser::store(std::string_view bytes) {
    bytes = bytes.substr(0, limits_.max_size - buffer_.size());
    const std::size_t needed = buffer_.size() + bytes.size();
    if (needed > buffer_.capacity()) {
        buffer_.reserve(
            std::min(limits_.max_size, std::max({needed, buffer_.capacity() * 2, k_first_buffer})));
    }
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
}

// Looks for the empty line, from where the last call stopped. Every line must end in CR LF.
HeadParser::Result HeadParser::scan(std::string_view bytes, std::size_t& end) {
    while (scanned_ < bytes.size()) {
        const void* found = std::memchr(bytes.data() + scanned_, '\n', bytes.size() - scanned_);
        if (found == nullptr) {
            scanned_ = bytes.size();
            break;
        }
        const auto feed = static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data());
        if (feed == line_start_ || bytes[feed - 1] != '\r') {
            return Result::error(400, "a line ends in LF alone: end every line of the head with CR LF");
        }
        const bool is_empty = feed == line_start_ + 1;
        line_start_ = scanned_ = feed + 1;
        // RFC 9112 2.2: one empty line ahead of the request line is some old client's end of its last body.
        if (is_empty && lines_ > 0) {
            end = feed + 1;
            return Result::complete();
        }
        ++lines_;
    }
    return Result::need_more();
}

// REQUIRES: `bytes` is a whole head as scan() found it, with its empty line.
HeadParser::Result HeadParser::parse(std::string_view bytes) {
    if (bytes.starts_with("\r\n")) {
        bytes.remove_prefix(2);
        --lines_;
    }
    if (bytes.size() <= 2) return Result::error(400, "the request line is empty");
    if (const Result line = parse_request_line(take_line(bytes), limits_.max_target, head_); line.is_error())
        return line;

    const std::size_t fields = lines_ - 1;
    if (fields > limits_.max_fields)
        return Result::error(431, "the request has too many header fields: send fewer");
    // A line has at least a colon and CR LF beside its name and value.
    head_.headers.reserve(fields, bytes.size() - 2 - 3 * fields);
    FramingFields framing;
    for (std::size_t i = 0; i < fields; ++i) {
        const Result field = parse_field(take_line(bytes), head_.headers, framing);
        if (field.is_error()) return field;
    }
    return framing.apply(head_);
}

// `bytes`: the first max_size bytes of a head that has more.
HeadParser::Result HeadParser::too_large(std::string_view bytes) const {
    if (bytes.starts_with("\r\n")) bytes.remove_prefix(2);
    const std::string_view line = bytes.substr(0, bytes.find('\n'));
    const std::size_t target = std::min(line.find(' '), line.size());
    const std::size_t target_size =
        std::min(line.find(' ', target + 1), line.size()) - std::min(target + 1, line.size());
    if (target_size > limits_.max_target)
        return Result::error(414, "the request target is too long: shorten the URL");
    return Result::error(431,
                         "the head of the request is too large: send fewer or smaller headers and cookies");
}

}  // namespace zanhu::http
