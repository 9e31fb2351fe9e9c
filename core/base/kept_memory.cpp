#include "core/base/kept_memory.h"

#include <mutex>
#include <utility>

namespace zanhu {

namespace {

/// Never destroyed: what is kept may live in static variables.
struct All {
    static All& instance() {
        static All& all = *new All;
        return all;
    }
    std::mutex mutex;  // guards the list, and is held during the calls
    std::list<std::function<void()>> list;
};

}  // namespace

KeptMemory::KeptMemory(std::function<void()> let_go) {
    All& all = All::instance();
    const std::lock_guard lock(all.mutex);
    place_ = all.list.insert(all.list.end(), std::move(let_go));
}

KeptMemory::~KeptMemory() {
    All& all = All::instance();
    const std::lock_guard lock(all.mutex);
    all.list.erase(place_);
}

void KeptMemory::let_go_of_all() noexcept {
    All& all = All::instance();
    const std::lock_guard lock(all.mutex);
    for (const auto& let_go : all.list)
        let_go();
}

}  // namespace zanhu
