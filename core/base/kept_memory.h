#pragma once

#include <functional>
#include <list>

namespace zanhu {

/// Something that is kept for later use, and is not worth its memory after a crowd has gone. Owned by who
/// keeps it, and known to the process as long as it lives; made and destroyed on any thread.
class KeptMemory {
public:
    /// `let_go` gives up what is not in use. Called on a worker pool's thread, so it may block, and must not
    /// throw; several calls follow each other.
    explicit KeptMemory(std::function<void()> let_go);
    KeptMemory(const KeptMemory&) = delete;
    KeptMemory& operator=(const KeptMemory&) = delete;
    ~KeptMemory();  ///< waits for a call that is under way

    /// Calls `let_go` of all that there are.
    static void let_go_of_all() noexcept;

private:
    std::list<std::function<void()>>::iterator place_;
};

}  // namespace zanhu
