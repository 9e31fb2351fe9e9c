#include "core/redis/reply_reader.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace zanhu::redis {

namespace {

constexpr std::size_t k_max_line = 65'536;  // an error's text; what is longer is no Redis
constexpr std::size_t k_max_depth = 8;      // no command that is used here nests deeper than 3

std::optional<std::int64_t> parse_number(std::string_view digits) {
    std::int64_t number = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, number);
    if (digits.empty() || error != std::errc() || stop != end) return std::nullopt;
    return number;
}

}  // namespace

ReplyReader::Step ReplyReader::next(std::string_view& bytes, Reply& reply) {
    if (!problem_.empty()) return Step::error;
    while (!whole_) {
        if (bytes.empty()) return Step::need_more;
        if (!(in_bulk_ ? read_bulk(bytes) : read_line(bytes))) return Step::error;
    }
    whole_ = false;
    spent_ = 0;
    reply = std::move(result_);
    return Step::reply;
}

bool ReplyReader::read_line(std::string_view& bytes) {
    const std::size_t end = bytes.find('\n');
    const std::size_t taken = end == std::string_view::npos ? bytes.size() : end + 1;
    if (text_.size() + taken > k_max_line) return fail("a line is longer than 64 KiB");
    text_.append(bytes.substr(0, taken));
    bytes.remove_prefix(taken);
    if (end == std::string_view::npos) return true;
    if (text_.size() < 3 || text_[text_.size() - 2] != '\r') return fail("a line does not end in CR LF");
    text_.resize(text_.size() - 2);
    return take_line();
}

bool ReplyReader::take_line() {
    const char marker = text_.front();
    std::string line = text_.substr(1);
    text_.clear();
    if (marker == '+' || marker == '-') {
        if (!spend(line.size())) return false;
        complete(Reply(marker == '+' ? Reply::Kind::status : Reply::Kind::error, std::move(line)));
        return true;
    }
    if (marker != ':' && marker != '$' && marker != '*')
        return fail("a reply begins with a byte that RESP2 does not know");
    const auto number = parse_number(line);
    if (!number) return fail("a number is malformed");
    if (marker == '$') return begin_bulk(*number);
    if (marker == '*') return begin_array(*number);
    if (!spend(0)) return false;
    complete(Reply(*number));
    return true;
}

bool ReplyReader::begin_bulk(std::int64_t length) {
    if (length < -1) return fail("a length is negative");
    if (!spend(length < 0 ? 0 : static_cast<std::size_t>(length))) return false;
    if (length < 0) {
        complete(Reply());
        return true;
    }
    in_bulk_ = true;
    bulk_missing_ = static_cast<std::size_t>(length) + 2;
    return true;
}

bool ReplyReader::read_bulk(std::string_view& bytes) {
    const std::size_t taken = std::min(bulk_missing_, bytes.size());
    text_.append(bytes.substr(0, taken));
    bytes.remove_prefix(taken);
    bulk_missing_ -= taken;
    if (bulk_missing_ > 0) return true;
    if (!text_.ends_with("\r\n")) return fail("a bulk string does not end in CR LF");
    text_.resize(text_.size() - 2);
    in_bulk_ = false;
    complete(Reply(Reply::Kind::text, std::move(text_)));
    text_.clear();
    return true;
}

bool ReplyReader::begin_array(std::int64_t length) {
    if (length < -1) return fail("a length is negative");
    if (!spend(0)) return false;
    if (length <= 0) {
        complete(length < 0 ? Reply() : Reply(std::vector<Reply>()));
        return true;
    }
    if (levels_.size() >= k_max_depth) return fail("arrays are nested too deep");
    // Nothing is reserved for a length that is only announced: each item has to come before it takes place.
    levels_.push_back(Level{{}, static_cast<std::size_t>(length)});
    return true;
}

bool ReplyReader::spend(std::size_t size) {
    const std::size_t cost = sizeof(Reply) + size;
    if (size > max_size_ || spent_ + cost > max_size_)
        return fail("a reply is larger than " + std::to_string(max_size_) + " bytes");
    spent_ += cost;
    return true;
}

void ReplyReader::complete(Reply reply) {
    while (!levels_.empty()) {
        Level& level = levels_.back();
        level.items.push_back(std::move(reply));
        if (--level.missing > 0) return;
        reply = Reply(std::move(level.items));
        levels_.pop_back();
    }
    result_ = std::move(reply);
    whole_ = true;
}

bool ReplyReader::fail(std::string problem) {
    problem_ = std::move(problem);
    return false;
}

}  // namespace zanhu::redis
