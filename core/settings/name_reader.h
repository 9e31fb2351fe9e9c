#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/settings/problems.h"
#include "core/settings/settings.h"
#include "core/settings/tree_settings.h"

namespace zanhu::settings {

/// Reads the lists of names of which the tree is made, and notes what is wrong with them. A local of whoever
/// reads the tree; refers to both of its arguments.
class NameReader {
public:
    NameReader(const Settings& settings, Problems& problems) : settings_(settings), problems_(problems) {}

    void problem(std::string_view section, std::string_view key, const std::string& what);
    /// The names of a list, each a name and there once only.
    std::vector<std::string> names(std::string_view section, std::string_view key);
    /// The same as elements of a chain.
    std::vector<ChainElement> chain(std::string_view section, std::string_view key);

    const Settings& settings() const noexcept { return settings_; }

private:
    std::string class_of(const std::string& name) const;

    const Settings& settings_;
    Problems& problems_;
};

}  // namespace zanhu::settings
