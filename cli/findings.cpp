#include "cli/findings.h"

#include <algorithm>
#include <iomanip>
#include <ostream>
#include <sstream>
#include <utility>

#include "cli/text.h"

namespace zanhu::cli {

namespace {

constexpr std::size_t k_width = 100;

const char* name_of(Findings::Verdict verdict) noexcept {
    switch (verdict) {
        case Findings::Verdict::ok:
            return "ok";
        case Findings::Verdict::note:
            return "note";
        case Findings::Verdict::failed:
            return "FAILED";
    }
    return "";
}

/// Words in lines of k_width columns; all but the first begin with `indent` blanks.
void print_wrapped(const std::string& text, std::size_t indent, std::ostream& out) {
    std::istringstream words(printable(text));
    std::string word;
    std::size_t column = indent;
    for (bool first = true; words >> word; first = false) {
        const std::size_t width = columns_of(word);
        if (!first && column + 1 + width > k_width) {
            out << '\n' << std::string(indent, ' ');
            column = indent;
        } else if (!first) {
            out << ' ';
            ++column;
        }
        out << word;
        column += width;
    }
    out << '\n';
}

}  // namespace

void Findings::ok(const std::string& step, const std::string& text) {
    findings_.push_back({Verdict::ok, step, text, ""});
}

void Findings::note(const std::string& step, const std::string& text) {
    findings_.push_back({Verdict::note, step, text, ""});
}

void Findings::fail(const std::string& step,
                    const std::string& text,
                    const std::string& remedy,
                    ExitCode code) {
    findings_.push_back({Verdict::failed, step, text, remedy});
    code_ = std::max(code_, code);
}

void Findings::print(std::ostream& out) const {
    std::size_t widest = 0;
    for (const Finding& finding : findings_)
        widest = std::max(widest, finding.step.size());
    constexpr std::size_t k_verdict = 8;
    for (const Finding& finding : findings_) {
        out << std::left << std::setw(k_verdict) << name_of(finding.verdict)
            << std::setw(static_cast<int>(widest + 2)) << finding.step;
        print_wrapped(finding.text, k_verdict + widest + 2, out);
        if (finding.remedy.empty()) continue;
        out << std::string(k_verdict, ' ') << std::setw(static_cast<int>(widest + 2)) << ""
            << "-> ";
        print_wrapped(finding.remedy, k_verdict + widest + 5, out);
    }
    if (conclusion_.empty()) return;
    out << '\n';
    print_wrapped(conclusion_, 0, out);
}

ValueMap Findings::to_map() const {
    ValueList steps;
    for (const Finding& finding : findings_) {
        ValueMap step;
        step.set("step", finding.step)
            .set("verdict", finding.verdict == Verdict::failed ? "failed" : name_of(finding.verdict))
            .set("found", finding.text)
            .set("remedy", finding.remedy.empty() ? Value() : Value(finding.remedy));
        steps.push_back(Value(std::move(step)));
    }
    ValueMap map = more_;
    map.set("healthy", code_ == ExitCode::ok)
        .set("exit_code", static_cast<int>(code_))
        .set("conclusion", conclusion_)
        .set("steps", std::move(steps));
    return map;
}

}  // namespace zanhu::cli
