#include "cli/terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <iostream>
#include <optional>

#include "cli/failure.h"
#include "cli/text.h"

namespace zanhu::cli {

namespace {

constexpr std::array k_signals = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGALRM};

volatile std::sig_atomic_t last_signal = 0;

void note_signal(int number) {
    last_signal = number;
}

class TerminalFile {
public:
    TerminalFile() : descriptor_(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)) {
        if (descriptor_ >= 0) return;
        throw Failure(ExitCode::usage,
                      "there is no terminal to ask for the password on: hand it over on standard input with "
                      "--password-stdin");
    }
    TerminalFile(const TerminalFile&) = delete;
    TerminalFile& operator=(const TerminalFile&) = delete;
    ~TerminalFile() { ::close(descriptor_); }
    int descriptor() const noexcept { return descriptor_; }
    void write(const std::string& text) const {
        [[maybe_unused]] const auto written = ::write(descriptor_, text.data(), text.size());
    }

private:
    const int descriptor_;
};

/// While it lives nothing typed is shown, and the signals of k_signals are only noted, and come only during
/// wait().
class HiddenInput {
public:
    explicit HiddenInput(int descriptor) : descriptor_(descriptor) {
        sigset_t noted;
        ::sigemptyset(&noted);
        for (const int number : k_signals)
            ::sigaddset(&noted, number);
        ::sigprocmask(SIG_BLOCK, &noted, &mask_before_);
        struct sigaction note {};
        note.sa_handler = note_signal;
        for (std::size_t i = 0; i < k_signals.size(); ++i)
            ::sigaction(k_signals[i], &note, &actions_before_[i]);
        ::tcgetattr(descriptor_, &terminal_before_);
        termios hidden = terminal_before_;
        hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHOE | ECHOK | ECHONL);
        hidden.c_lflag |= ICANON | ISIG;
        ::tcsetattr(descriptor_, TCSAFLUSH, &hidden);
    }
    HiddenInput(const HiddenInput&) = delete;
    HiddenInput& operator=(const HiddenInput&) = delete;
    ~HiddenInput() {
        ::tcsetattr(descriptor_, TCSAFLUSH, &terminal_before_);
        for (std::size_t i = 0; i < k_signals.size(); ++i)
            ::sigaction(k_signals[i], &actions_before_[i], nullptr);
        ::sigprocmask(SIG_SETMASK, &mask_before_, nullptr);
    }

    /// False when a signal came instead of input.
    bool wait() const {
        pollfd input{.fd = descriptor_, .events = POLLIN, .revents = 0};
        while (last_signal == 0) {
            if (::ppoll(&input, 1, nullptr, &mask_before_) > 0) return true;
        }
        return false;
    }

private:
    const int descriptor_;
    termios terminal_before_{};
    sigset_t mask_before_{};
    std::array<struct sigaction, k_signals.size()> actions_before_{};
};

/// std::nullopt when a signal came.
std::optional<std::string> read_hidden(const TerminalFile& terminal, const std::string& question) {
    std::array<char, 4096> line;  // the longest that a terminal gives in one piece
    const HiddenInput hidden(terminal.descriptor());
    terminal.write(question);
    if (!hidden.wait()) return std::nullopt;
    const auto got = ::read(terminal.descriptor(), line.data(), line.size());
    if (got <= 0) throw Failure(ExitCode::failed, "no password was given");
    std::string text(line.data(), static_cast<std::size_t>(got));
    if (text.ends_with('\n')) text.pop_back();
    return text;
}

}  // namespace

std::string ask_hidden(const std::string& question) {
    const TerminalFile terminal;
    for (;;) {
        last_signal = 0;
        const auto answer = read_hidden(terminal, printable(question));
        terminal.write("\n");
        if (answer) return *answer;
        // Ends or stops the program as it would have without us; after a stop the question is asked again.
        ::raise(last_signal);
    }
}

bool can_ask() {
    return ::isatty(STDIN_FILENO) == 1;
}

bool ask_yes(const std::string& question) {
    std::cerr << printable(question) << " [y/N] " << std::flush;
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y" || answer == "yes";
}

void tell_person(const std::string& text) {
    std::cerr << printable(text) << std::endl;
}

}  // namespace zanhu::cli
