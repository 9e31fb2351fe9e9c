#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <zanhu/task.h>

namespace zanhu {

/// Something without which the daemon cannot serve, such as a store: it says whether it is there.
class ReadinessProbe {
public:
    virtual ~ReadinessProbe() = default;
    /// A word for the answer, such as `database`.
    virtual std::string_view name() const noexcept = 0;
    /// What is wrong, in one line without secrets; empty when all is well. Called on any loop's thread, and
    /// answers within a few seconds whatever happens.
    virtual Task<std::string> problem() = 0;
};

/// The probes that /readyz asks. Owned by the daemon's services; any thread.
class Readiness {
public:
    /// `probe` outlives this, or is removed first.
    void add(ReadinessProbe& probe);
    void remove(ReadinessProbe& probe) noexcept;
    std::vector<ReadinessProbe*> probes() const;

private:
    mutable std::mutex mutex_;  // guards probes_
    std::vector<ReadinessProbe*> probes_;
};

}  // namespace zanhu
