#include "cli/password.h"

#include <Poco/UTF8String.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include <zanhu/forms.h>

#include "cli/failure.h"
#include "cli/terminal.h"

namespace zanhu::cli {

namespace {

constexpr std::size_t k_least_characters = 8;  // Django: MinimumLengthValidator
constexpr std::size_t k_most_bytes = 4095;     // what a terminal can give in one line
constexpr int k_attempts = 3;

std::size_t characters_of(const std::string& text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

bool same(const std::string& left, const std::string& right) {
    return !right.empty() && Poco::UTF8::icompare(left, right) == 0;
}

std::string read_line_of_stdin() {
    std::string line;
    char c = '\0';
    // Byte by byte, so that what stands behind the line is left for whoever reads next.
    for (;;) {
        const auto got = ::read(STDIN_FILENO, &c, 1);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw Failure(ExitCode::failed, "standard input cannot be read; see --password-stdin");
        if (got == 0 || c == '\n' || line.size() > k_most_bytes) break;
        line += c;
    }
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty())
        throw Failure(ExitCode::failed, "there is no password in the first line of standard input");
    return line;
}

}  // namespace

std::optional<std::string> password_problem(const std::string& password,
                                            const std::string& username,
                                            const std::string& email) {
    if (!is_utf8(password)) return "the password is not text in UTF-8";
    if (password.size() > k_most_bytes) {
        return "the password is longer than " + std::to_string(k_most_bytes) + " bytes; use a shorter one";
    }
    if (std::ranges::any_of(password,
                            [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; })) {
        return "the password has control characters in it, which nobody can type into a page";
    }
    if (characters_of(password) < k_least_characters) {
        return "the password is too short; use " + std::to_string(k_least_characters) + " characters or more";
    }
    if (std::ranges::all_of(password, [](char c) { return c >= '0' && c <= '9'; })) {
        return "the password is all digits; use other characters too";
    }
    if (same(password, username) || same(password, email) ||
        same(password, email.substr(0, email.find('@')))) {
        return "the password is the user's name or address; use one that nobody can guess";
    }
    return std::nullopt;
}

std::string new_password(const Arguments& arguments, const std::string& username, const std::string& email) {
    if (arguments.has(k_password_stdin.name)) {
        std::string password = read_line_of_stdin();
        if (const auto problem = password_problem(password, username, email))
            throw Failure(ExitCode::failed, *problem);
        return password;
    }
    for (int attempt = 1;; ++attempt) {
        std::string password = ask_hidden("New password for " + username + ": ");
        auto problem = password_problem(password, username, email);
        if (!problem && ask_hidden("The same again: ") != password) problem = "the two passwords differ";
        if (!problem) return password;
        if (attempt == k_attempts) throw Failure(ExitCode::failed, *problem);
        tell_person(*problem);
    }
}

}  // namespace zanhu::cli
