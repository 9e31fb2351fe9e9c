#include "core/settings/route_options.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>

#include "core/settings/problems.h"
#include "core/settings/value.h"

namespace zanhu::settings {
namespace {

constexpr std::size_t k_least_limit = 125;  // what any control frame may hold (RFC 6455 5.5)

RouteOptions::Require require_of(const std::string& word) {
    if (word == "authenticated") return RouteOptions::Require::authenticated;
    if (word == "staff") return RouteOptions::Require::staff;
    return word == "superuser" ? RouteOptions::Require::superuser : RouteOptions::Require::anyone;
}

bool is_identifier(std::string_view name) {
    const auto is_letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    return !name.empty() && is_letter(name.front()) && std::all_of(name.begin(), name.end(), [&](char c) {
        return is_letter(c) || (c >= '0' && c <= '9');
    });
}

/// A number only when it is written as Python would print it, so that 007 stays what it is.
Value kwarg_value(std::string_view text) {
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"') return text.substr(1, text.size() - 2);
    const auto number = parse_integer(text);
    return number && std::to_string(*number) == text ? Value(*number) : Value(text);
}

ValueMap kwargs_of(const ConfigView& section, Problems& problems) {
    ValueMap kwargs;
    for (const std::string& entry : section.list("kwargs")) {
        const std::size_t equals = entry.find('=');
        const std::string name = entry.substr(0, entry.find_last_not_of(' ', equals - 1) + 1);
        if (equals == std::string::npos || !is_identifier(name)) {
            problems.add(
                section.describe("kwargs",
                                 "`" + entry +
                                     "` is no name=value; write it as room=lobby, with a name of letters, "
                                     "digits and _"));
        } else if (kwargs.find(name) != nullptr) {
            problems.add(section.describe("kwargs", "`" + name + "` is there twice; remove one of the two"));
        } else {
            const std::size_t begin = std::min(entry.find_first_not_of(' ', equals + 1), entry.size());
            kwargs.set(name, kwarg_value(std::string_view(entry).substr(begin)));
        }
    }
    return kwargs;
}

bool is_token(std::string_view text) {
    constexpr std::string_view k_marks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               k_marks.find(c) != std::string_view::npos;
    });
}

void check_subprotocols(const ConfigView& section, const std::vector<std::string>& list, Problems& problems) {
    std::set<std::string_view> seen;
    for (const std::string& name : list) {
        if (!is_token(name)) {
            problems.add(section.describe("subprotocols",
                                          "`" + name +
                                              "` cannot be a subprotocol (RFC 6455 11.3.4); use letters, "
                                              "digits and marks such as . and -"));
        } else if (!seen.insert(name).second) {
            problems.add(
                section.describe("subprotocols", "`" + name + "` is there twice; remove one of the two"));
        }
    }
}

}  // namespace

RouteOptions RouteOptions::from(const ConfigView& section) {
    Problems problems;
    RouteOptions options;
    options.require = require_of(section.text("require"));
    options.kwargs = kwargs_of(section, problems);
    options.subprotocols = section.list("subprotocols");
    check_subprotocols(section, options.subprotocols, problems);
    const std::size_t size = section.bytes("max_message_size");
    if (size > 0 && size < k_least_limit) {
        problems.add(section.describe("max_message_size",
                                      "is less than " + std::to_string(k_least_limit) +
                                          " bytes; raise it, or write 0 for [websocket] max_message_size"));
    }
    options.max_message_size = static_cast<std::uint32_t>(size);
    problems.raise_if_any();
    return options;
}

WorkerOptions WorkerOptions::from(const ConfigView& section) {
    WorkerOptions options;
    options.layer = section.text("layer");
    options.concurrency = static_cast<std::size_t>(section.integer("concurrency"));
    options.in_process = section.boolean("in_process");
    return options;
}

}  // namespace zanhu::settings
