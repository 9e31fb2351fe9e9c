#include "core/storage/watchdog.h"

#include <sys/socket.h>

#include <algorithm>

namespace zanhu::storage {

Watchdog::~Watchdog() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
}

Watchdog::Watch::Watch(Watchdog& dog, int socket) : dog_(dog) {
    const std::lock_guard lock(dog_.mutex_);
    if (!dog_.thread_.joinable()) dog_.thread_ = std::thread([this_dog = &dog_] { this_dog->run(); });
    // The patience is one for all, so the newest is the last.
    entry_ = dog_.entries_.insert(dog_.entries_.end(), Entry{Clock::now() + dog_.patience_, socket, false});
    if (dog_.resting_) dog_.wake_.notify_one();
}

Watchdog::Watch::~Watch() {
    const std::lock_guard lock(dog_.mutex_);
    dog_.entries_.erase(entry_);
}

bool Watchdog::Watch::expired() const {
    const std::lock_guard lock(dog_.mutex_);
    return entry_->expired;
}

void Watchdog::run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        const auto next =
            std::find_if(entries_.begin(), entries_.end(), [](const Entry& entry) { return !entry.expired; });
        if (next == entries_.end()) {
            resting_ = true;
            wake_.wait(lock);
            resting_ = false;
        } else if (const auto deadline = next->deadline; Clock::now() < deadline) {
            wake_.wait_until(lock, deadline);
        } else {
            next->expired = true;
            ::shutdown(next->socket, SHUT_RDWR);
        }
    }
}

}  // namespace zanhu::storage
