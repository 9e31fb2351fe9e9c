#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

#include <zanhu/value.h>

#include "cli/failure.h"

namespace zanhu::cli {

/// What `zanhu-admin doctor` found, step by step. Owned by the command; one thread.
class Findings {
public:
    enum class Verdict : std::uint8_t { ok, note, failed };

    void ok(const std::string& step, const std::string& text);
    /// Nothing is broken, and whoever looks for a fault should know it.
    void note(const std::string& step, const std::string& text);
    /// `remedy`: what to do; empty when the text says it. The heaviest code is the command's.
    void fail(const std::string& step,
              const std::string& text,
              const std::string& remedy,
              ExitCode code = ExitCode::failed);

    /// The last line: what all of it comes to.
    void conclude(std::string text) { conclusion_ = std::move(text); }

    /// For --json alone.
    void set(const std::string& key, Value value) { more_.set(key, std::move(value)); }

    ExitCode exit_code() const noexcept { return code_; }
    void print(std::ostream& out) const;
    ValueMap to_map() const;

private:
    struct Finding {
        Verdict verdict = Verdict::ok;
        std::string step;
        std::string text;
        std::string remedy;
    };

    std::vector<Finding> findings_;
    std::string conclusion_;
    ValueMap more_;
    ExitCode code_ = ExitCode::ok;
};

}  // namespace zanhu::cli
