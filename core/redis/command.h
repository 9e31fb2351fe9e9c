#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace zanhu::redis {

/// A command as it goes over the wire: an array of bulk strings.
std::string encode(const std::vector<std::string>& words);

/// `command("SET", key, value)`. A function and no braced list, which GCC 12 gets wrong in a co_await
/// (docs/coroutines.md).
template <class... Words>
std::string command(const Words&... words) {
    std::vector<std::string> all;
    all.reserve(sizeof...(words));
    (all.emplace_back(words), ...);
    return encode(all);
}

}  // namespace zanhu::redis
