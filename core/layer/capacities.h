#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace zanhu::layer {

/// A pattern for names: a shell glob that the whole name has to match (Python: fnmatch.translate), or,
/// behind `regex:`, a regular expression that matches from the name's beginning (re.match). Constant; any
/// thread.
class NamePattern {
public:
    /// Throws ConfigError for a regular expression that is none.
    explicit NamePattern(const std::string& text);
    bool matches(std::string_view name) const;

private:
    class Expression;
    std::string glob_;
    std::shared_ptr<const Expression> expression_;
};

/// How many messages a channel may hold (Channels: capacity and channel_capacity): the first pattern that
/// matches decides.
class Capacities {
public:
    explicit Capacities(std::size_t otherwise) : otherwise_(otherwise) {}
    void add(NamePattern pattern, std::size_t capacity) {
        entries_.emplace_back(std::move(pattern), capacity);
    }
    std::size_t of(std::string_view channel) const;

private:
    std::vector<std::pair<NamePattern, std::size_t>> entries_;
    std::size_t otherwise_;
};

}  // namespace zanhu::layer
