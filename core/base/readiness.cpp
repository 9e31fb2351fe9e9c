#include "core/base/readiness.h"

namespace zanhu {

void Readiness::add(ReadinessProbe& probe) {
    const std::lock_guard lock(mutex_);
    probes_.push_back(&probe);
}

void Readiness::remove(ReadinessProbe& probe) noexcept {
    const std::lock_guard lock(mutex_);
    std::erase(probes_, &probe);
}

std::vector<ReadinessProbe*> Readiness::probes() const {
    const std::lock_guard lock(mutex_);
    return probes_;
}

}  // namespace zanhu
