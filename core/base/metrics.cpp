#include "core/base/metrics.h"

#include <algorithm>
#include <mutex>
#include <string_view>

namespace zanhu {

namespace {

struct Registry {
    std::mutex mutex;
    std::vector<const Counter*> counters;
};

Registry& registry() {
    static Registry instance;
    return instance;
}

}  // namespace

Counter::Counter(const char* name, const char* help) : name_(name), help_(help) {
    const std::lock_guard lock(registry().mutex);
    registry().counters.push_back(this);
}

std::vector<const Counter*> all_counters() {
    const std::lock_guard lock(registry().mutex);
    auto counters = registry().counters;
    std::sort(counters.begin(), counters.end(), [](const Counter* a, const Counter* b) {
        return std::string_view(a->name()) < b->name();
    });
    return counters;
}

}  // namespace zanhu
