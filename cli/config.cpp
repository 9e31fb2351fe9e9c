#include <ostream>
#include <sstream>
#include <string>
#include <string_view>

#include "cli/command.h"
#include "cli/context.h"

namespace zanhu::cli {

namespace {

/// Settings::print() decides what may be shown and where it comes from; this takes its text apart, so that
/// --json can show neither more nor less.
class PrintedSettings {
public:
    explicit PrintedSettings(const std::string& text) {
        std::istringstream lines(text);
        std::string line;
        std::getline(lines, line);  // which file; the caller knows it
        while (std::getline(lines, line))
            take(line);
        close_section();
    }

    ValueMap sections() && { return std::move(sections_); }

private:
    void take(std::string_view line) {
        if (line.starts_with('[')) {
            close_section();
            name_ = line.substr(1, line.size() - 2);
        } else if (line.starts_with("; ")) {
            from_ = line.substr(2);
        } else if (const auto equals = line.find(" ="); equals != std::string_view::npos) {
            const bool hidden = line.starts_with(';');
            const std::string_view value = line.substr(std::min(equals + 3, line.size()));
            ValueMap entry;
            entry.set("value", hidden ? Value() : Value(value)).set("from", from_);
            section_.set(std::string(line.substr(hidden ? 1 : 0, equals - (hidden ? 1 : 0))),
                         std::move(entry));
        }
    }

    void close_section() {
        if (!name_.empty()) sections_.set(name_, std::move(section_));
        section_ = ValueMap();
    }

    ValueMap sections_;
    ValueMap section_;
    std::string name_;
    std::string from_;
};

ExitCode run(const Arguments&, Context& context) {
    const settings::Settings& settings = context.settings();
    if (!context.json()) {
        settings.print(context.out());
        return ExitCode::ok;
    }
    std::ostringstream text;
    settings.print(text);
    ValueMap map;
    map.set("file", settings.file().empty() ? Value() : Value(settings.file()))
        .set("sections", PrintedSettings(text.str()).sections());
    context.print_json(map);
    return ExitCode::ok;
}

}  // namespace

const Command k_config = {.name = "config",
                          .arguments = "",
                          .least = 0,
                          .most = 0,
                          .summary = "prints the configuration that is in force, without secrets",
                          .details = "`zanhu --check-config` checks all of it, routes and middleware too.",
                          .options = {},
                          .run = run};

}  // namespace zanhu::cli
