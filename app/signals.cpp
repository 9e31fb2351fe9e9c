#include "app/signals.h"

#include <csignal>
#include <ctime>

namespace zanhu::app {

namespace {

sigset_t awaited() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGHUP, SIGUSR1, SIGTERM, SIGINT, SIGQUIT})
        sigaddset(&set, signal);
    return set;
}

}  // namespace

void block_signals() {
    sigset_t set = awaited();
    sigaddset(&set, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    for (const int crash : {SIGSEGV, SIGBUS, SIGILL, SIGSYS})
        std::signal(crash, SIG_DFL);
    // Raised by the write itself, so blocking would not keep it off: ignored, write() gives EFBIG.
    std::signal(SIGXFSZ, SIG_IGN);
}

std::optional<SignalRequest> wait_for_signal(std::chrono::milliseconds timeout) {
    const sigset_t set = awaited();
    timespec limit{};
    limit.tv_sec = static_cast<time_t>(timeout.count() / 1000);
    limit.tv_nsec = static_cast<long>(timeout.count() % 1000) * 1'000'000;
    switch (sigtimedwait(&set, nullptr, &limit)) {
        case SIGHUP:
            return SignalRequest::reload;
        case SIGUSR1:
            return SignalRequest::reopen_logs;
        case SIGTERM:
        case SIGINT:
        case SIGQUIT:
            return SignalRequest::terminate;
        default:
            return std::nullopt;
    }
}

}  // namespace zanhu::app
