#include "core/storage/gate.h"

namespace zanhu::storage {

bool Gate::enter(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    if (!somebody_left_.wait_for(lock, patience, [this] { return free_ > 0; })) return false;
    --free_;
    return true;
}

void Gate::leave() noexcept {
    {
        const std::lock_guard lock(mutex_);
        ++free_;
    }
    somebody_left_.notify_one();
}

}  // namespace zanhu::storage
