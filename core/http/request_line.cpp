#include "core/http/request_line.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <utility>

#include "core/http/percent.h"

namespace zanhu::http {
namespace {

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

bool is_port(std::string_view text) noexcept {
    std::uint16_t port = 0;
    const char* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, port);
    return error == std::errc() && stopped == end;
}

bool is_name(std::string_view text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' ||
               c == '_' || c == '~';
    });
}

bool is_ipv6(std::string_view text) {
    char terminated[INET6_ADDRSTRLEN] = {};
    if (text.empty() || text.size() >= sizeof terminated) return false;
    text.copy(terminated, text.size());
    in6_addr address;
    return ::inet_pton(AF_INET6, terminated, &address) == 1;
}

HeadResult parse_version(std::string_view version, RequestHead& head) {
    if (version == "HTTP/1.1" || version == "HTTP/1.0") {
        head.minor_version = version.back() - '0';
        return HeadResult::complete();
    }
    if (version.size() == 8 && version.starts_with("HTTP/") && is_digit(version[5]) && version[6] == '.' &&
        is_digit(version[7])) {
        return HeadResult::error(505, "this HTTP version is not spoken here: use HTTP/1.1 or HTTP/1.0");
    }
    return HeadResult::error(400, "the request line does not end in a single space and HTTP/1.1");
}

// Takes scheme and authority off an absolute-form target.
HeadResult take_authority(std::string_view& target, RequestHead& head) {
    const std::size_t scheme_end = target.find("://");
    const std::string_view scheme = target.substr(0, std::min(scheme_end, target.size()));
    if (scheme_end == std::string_view::npos ||
        !(equals_ignore_case(scheme, "http") || equals_ignore_case(scheme, "https"))) {
        return HeadResult::error(400,
                                 "the request target is neither a path that begins with / nor an http URL");
    }
    target.remove_prefix(scheme_end + 3);
    const std::size_t authority_end = std::min(target.find_first_of("/?"), target.size());
    const std::string_view authority = target.substr(0, authority_end);
    if (!is_authority(authority)) {
        return HeadResult::error(400, "the request target's host is not of the form host or host:port");
    }
    head.host = authority;
    target.remove_prefix(authority_end);
    return HeadResult::complete();
}

HeadResult parse_target(std::string_view target, RequestHead& head) {
    if (target == "*") {
        if (head.method != "OPTIONS")
            return HeadResult::error(400, "the request target * goes with OPTIONS only");
        head.raw_path = head.path = "*";
        return HeadResult::complete();
    }
    if (target.front() != '/') {
        if (const HeadResult result = take_authority(target, head); result.is_error()) return result;
    }
    const std::size_t question = std::min(target.find('?'), target.size());
    head.raw_path = question == 0 ? std::string_view("/") : target.substr(0, question);
    head.query_string = target.substr(std::min(question + 1, target.size()));
    std::optional<std::string> path = decode_path(head.raw_path);
    if (!path)
        return HeadResult::error(400, "the path holds a wrong % escape, %00, or bytes that are no UTF-8");
    head.path = std::move(*path);
    return HeadResult::complete();
}

}  // namespace

bool is_authority(std::string_view text) noexcept {
    std::string_view host = text;
    std::string_view port;
    if (text.starts_with('[')) {
        const std::size_t bracket = text.find(']');
        if (bracket == std::string_view::npos || !is_ipv6(text.substr(1, bracket - 1))) return false;
        port = text.substr(bracket + 1);
    } else {
        host = text.substr(0, text.find(':'));
        if (!is_name(host)) return false;
        port = text.substr(host.size());
    }
    return port.empty() || (port.front() == ':' && is_port(port.substr(1)));
}

HeadResult parse_request_line(std::string_view line, std::size_t max_target, RequestHead& head) {
    const std::size_t first = line.find(' ');
    const std::size_t second = first == std::string_view::npos ? first : line.find(' ', first + 1);
    if (second == std::string_view::npos) {
        return HeadResult::error(400,
                                 "the request line is not METHOD, target and HTTP/1.1 with single spaces");
    }
    const std::string_view method = line.substr(0, first);
    const std::string_view target = line.substr(first + 1, second - first - 1);
    if (target.size() > max_target)
        return HeadResult::error(414, "the request target is too long: shorten the URL");
    if (!is_token(method)) return HeadResult::error(400, "the request's method is no token");
    if (target.empty())
        return HeadResult::error(400, "the request line has no target between two single spaces");
    if (const HeadResult version = parse_version(line.substr(second + 1), head); version.is_error())
        return version;
    const auto is_wrong = [](char c) { return c <= 0x20 || c >= 0x7f || c == '#'; };
    if (std::any_of(target.begin(), target.end(), is_wrong)) {
        return HeadResult::error(
            400, "the request target holds #, a control or a non-ASCII character: percent-encode it");
    }
    if (method == "CONNECT") return HeadResult::error(405, "CONNECT is refused: this server is no proxy");
    head.method = method;
    head.raw_target = target;
    return parse_target(target, head);
}

}  // namespace zanhu::http
