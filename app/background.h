#pragma once

#include <string>

namespace zanhu::app {

/// What --daemon means: the process splits in two. The shell waits for the first, and sees on its terminal
/// whatever is wrong with the start; the second is the daemon, in a session of its own. Made by main() before
/// any other thread exists, used on the first thread.
class Background {
public:
    enum class Side { shell, daemon };

    /// Splits the process; on the shell's side it returns when the daemon serves or has ended. Throws Error.
    Background();
    Background(const Background&) = delete;
    Background& operator=(const Background&) = delete;
    ~Background();

    Side side() const noexcept { return side_; }
    /// Of the shell's side: 0 when the daemon serves, else what it ended with.
    int exit_code() const noexcept { return exit_code_; }
    /// Of the daemon's side, once it serves: lets the shell go, and leaves its terminal and directory. From
    /// then on standard output and error lead nowhere.
    void serve() noexcept;

private:
    void wait_for_daemon(int child) noexcept;

    Side side_ = Side::daemon;
    int pipe_ = -1;
    int exit_code_ = 0;
};

/// The file that holds the daemon's process id, removed at its end. One thread.
class PidFile {
public:
    /// Writes it. Throws ConfigError.
    explicit PidFile(std::string path);
    PidFile(const PidFile&) = delete;
    PidFile& operator=(const PidFile&) = delete;
    ~PidFile();

private:
    const std::string path_;
};

}  // namespace zanhu::app
