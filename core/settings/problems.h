#pragma once

#include <string>
#include <utility>
#include <vector>

#include <zanhu/errors.h>

namespace zanhu::settings {

/// Gathers what is wrong with a configuration, so that an operator sees all of it at once and not only the
/// first. A local of whoever loads the settings; one thread.
class Problems {
public:
    /// One line, or several; a line that is there already is not repeated.
    void add(const std::string& lines);

    /// Runs a check and keeps the text of its ConfigError; true when there was none. Other exceptions pass.
    template <class F>
    bool collect(F&& check) {
        try {
            std::forward<F>(check)();
            return true;
        } catch (const ConfigError& error) {
            add(error.what());
            return false;
        }
    }

    bool empty() const noexcept { return lines_.empty(); }
    const std::vector<std::string>& lines() const noexcept { return lines_; }

    /// Throws one ConfigError with every problem, one a line. Does nothing when there is none.
    void raise_if_any() const;

private:
    std::vector<std::string> lines_;
};

}  // namespace zanhu::settings
