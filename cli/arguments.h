#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace zanhu::cli {

/// One option that a command takes. The texts are literals.
struct OptionSpec {
    const char* name;
    const char* short_name = "";
    const char* argument = nullptr;  ///< null: a flag
    const char* help = "";
};

/// A command line, taken apart. A value type.
class Arguments {
public:
    std::vector<std::string> positional;
    std::map<std::string, std::string, std::less<>> options;

    bool has(std::string_view option) const { return options.find(option) != options.end(); }
    /// Empty when it was not given.
    std::string value(std::string_view option) const;
};

/// Takes options from the front up to the first word that is none, and moves `words` on to it. Throws Failure
/// (usage).
Arguments parse_leading(std::span<const OptionSpec> known, std::span<const std::string>& words);

/// Takes all words; options may stand anywhere, `--` ends them. Throws Failure (usage).
Arguments parse_all(std::span<const OptionSpec> known, std::span<const std::string> words);

}  // namespace zanhu::cli
