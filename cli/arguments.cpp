#include "cli/arguments.h"

#include <Poco/Util/OptionException.h>
#include <Poco/Util/OptionProcessor.h>

#include <algorithm>

#include "cli/failure.h"
#include "cli/option_set.h"

namespace zanhu::cli {

namespace {

/// Feeds words to POCO's processor, and refuses what it would take too kindly: beginnings of names, so that
/// `--password secret` is not read as
/// `--password-stdin` with a secret behind it.
class Parser {
public:
    explicit Parser(std::span<const OptionSpec> known)
        : known_(known), set_(option_set(known)), processor_(set_) {}

    /// False when the word is no option, nor an option's argument.
    bool take(const std::string& word) {
        if (!wants_argument_) check_name(word);
        std::string name;
        std::string value;
        const bool taken = processor_.process(word, name, value);
        wants_argument_ = taken && name.empty() && !(word == "--" && !wants_argument_);
        if (!taken) {
            arguments_.positional.push_back(word);
        } else if (!name.empty()) {
            arguments_.options[name] = value;
        } else if (!wants_argument_) {
            ended_ = true;
        }
        return taken;
    }

    Arguments finish() {
        processor_.checkRequired();
        return std::move(arguments_);
    }

private:
    void check_name(const std::string& word) const {
        if (ended_ || !word.starts_with("--") || word.size() == 2) return;
        const std::string name = word.substr(2, word.find_first_of("=:", 2) - 2);
        const bool exact =
            std::ranges::any_of(known_, [&](const OptionSpec& option) { return name == option.name; });
        if (!exact) throw Failure(ExitCode::usage, "there is no option --" + name + suggestion(name));
    }

    std::string suggestion(const std::string& name) const {
        for (const OptionSpec& option : known_) {
            if (std::string_view(option.name).starts_with(name))
                return std::string("; did you mean --") + option.name + "?";
        }
        return {};
    }

    const std::span<const OptionSpec> known_;
    const Poco::Util::OptionSet set_;
    Poco::Util::OptionProcessor processor_;
    Arguments arguments_;
    bool wants_argument_ = false;
    bool ended_ = false;
};

template <class Parse>
Arguments with_usage_failures(Parse parse) {
    try {
        return parse();
    } catch (const Poco::Util::MissingArgumentException& error) {
        throw Failure(ExitCode::usage, "an option needs an argument (" + error.message() + ")");
    } catch (const Poco::Util::UnexpectedArgumentException& error) {
        throw Failure(ExitCode::usage, "an option takes no argument (" + error.message() + ")");
    } catch (const Poco::Util::OptionException& error) {
        throw Failure(ExitCode::usage, error.displayText());
    }
}

}  // namespace

std::string Arguments::value(std::string_view option) const {
    const auto found = options.find(option);
    return found == options.end() ? std::string() : found->second;
}

Poco::Util::OptionSet option_set(std::span<const OptionSpec> options) {
    Poco::Util::OptionSet set;
    for (const OptionSpec& spec : options) {
        Poco::Util::Option option(spec.name, spec.short_name, spec.help, false);
        if (spec.argument != nullptr) option.argument(spec.argument);
        set.addOption(option);
    }
    return set;
}

Arguments parse_leading(std::span<const OptionSpec> known, std::span<const std::string>& words) {
    return with_usage_failures([&] {
        Parser parser(known);
        while (!words.empty() && parser.take(words.front()))
            words = words.subspan(1);
        Arguments arguments = parser.finish();
        arguments.positional.clear();
        return arguments;
    });
}

Arguments parse_all(std::span<const OptionSpec> known, std::span<const std::string> words) {
    return with_usage_failures([&] {
        Parser parser(known);
        for (const std::string& word : words)
            parser.take(word);
        return parser.finish();
    });
}

}  // namespace zanhu::cli
