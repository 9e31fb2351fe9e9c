#pragma once

#include <cstddef>
#include <string_view>

#include "core/http/request_head.h"

namespace zanhu::http {

/// Whether `text` is host[:port] as an origin server may be named: letters, digits and `-._~`, or an IPv6
/// address in brackets; a port from 0 to 65535.
[[nodiscard]] bool is_authority(std::string_view text) noexcept;

/// Reads `METHOD SP target SP HTTP/1.x` (without its CR LF) into `head`: method, target, path, query and
/// version, and the host that an absolute-form target names.
[[nodiscard]] HeadResult parse_request_line(std::string_view line, std::size_t max_target, RequestHead& head);

}  // namespace zanhu::http
