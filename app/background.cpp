#include "app/background.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include <zanhu/errors.h>

namespace zanhu::app {

namespace {

constexpr int k_killed = 128;  // a shell's way to tell the number of a signal
constexpr char k_serves = '0';

template <class Call>
auto again_if_interrupted(Call call) noexcept {
    auto result = call();
    while (result < 0 && errno == EINTR)
        result = call();
    return result;
}

/// Whoever typed the command may give up waiting.
void unblock_signals() noexcept {
    sigset_t none;
    sigemptyset(&none);
    pthread_sigmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace

Background::Background() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw Error(std::string("--daemon: no pipe: ") + std::strerror(errno));
    const pid_t child = ::fork();
    if (child < 0) {
        const int reason = errno;
        ::close(ends[0]);
        ::close(ends[1]);
        throw Error(std::string("--daemon: no second process: ") + std::strerror(reason));
    }
    ::close(ends[child == 0 ? 0 : 1]);
    pipe_ = ends[child == 0 ? 1 : 0];
    if (child != 0) {
        wait_for_daemon(child);
        return;
    }
    ::setsid();
}

Background::~Background() {
    if (pipe_ >= 0) ::close(pipe_);
}

void Background::wait_for_daemon(int child) noexcept {
    side_ = Side::shell;
    unblock_signals();
    char said = 0;
    if (again_if_interrupted([&] { return ::read(pipe_, &said, 1); }) == 1) return;
    int status = 0;
    again_if_interrupted([&] { return ::waitpid(child, &status, 0); });
    exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : k_killed + WTERMSIG(status);
}

void Background::serve() noexcept {
    const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        ::dup2(nowhere, stream);
    if (nowhere > STDERR_FILENO) ::close(nowhere);
    // The root directory is always there, and keeps no file system from being unmounted.
    [[maybe_unused]] const int moved = ::chdir("/");
    [[maybe_unused]] const auto told = again_if_interrupted([this] { return ::write(pipe_, &k_serves, 1); });
    ::close(std::exchange(pipe_, -1));
}

PidFile::PidFile(std::string path) : path_(std::move(path)) {
    const std::string text = std::to_string(::getpid()) + '\n';
    const int file = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    const bool written = file >= 0 && ::write(file, text.data(), text.size()) == ssize_t(text.size());
    const int reason = errno;
    if (file >= 0) ::close(file);
    if (!written) {
        throw ConfigError("--pidfile: cannot write " + path_ + ": " + std::strerror(reason) +
                          "; name a file in a directory that zanhu's user can write to");
    }
}

PidFile::~PidFile() {
    ::unlink(path_.c_str());
}

}  // namespace zanhu::app
