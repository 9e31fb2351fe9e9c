#pragma once

#include <re2/re2.h>

#include <memory>
#include <string>
#include <string_view>

namespace zanhu {

/// A regular expression of Python's dialect in that of RE2: `\d`, `\w` and `\s` with Unicode's digits,
/// letters and blanks, `\Z`, `{,n}`. What RE2 has not is left for it to refuse. Throws ConfigError for a
/// backreference that RE2 would take for a character.
std::string python_regex_as_re2(std::string_view regex);

/// Compiles an expression of RE2's dialect. `written` is what the operator wrote, for messages; `limit`
/// bounds the capturing groups. Throws ConfigError, which names the part that cannot be used and what to do.
std::unique_ptr<const re2::RE2> compile_regex(const std::string& re2_regex,
                                              std::string_view written,
                                              int limit);

}  // namespace zanhu
