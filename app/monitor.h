#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/loop_thread.h"
#include "app/monitor_pages.h"
#include "core/connection/admission.h"
#include "core/connection/options.h"
#include "core/settings/settings.h"

namespace zanhu::app {

/// The listener of [metrics], with a loop and a thread of its own: it answers also when the others are stuck,
/// and to the end of a shutdown. Owned by the runtime; main thread.
class Monitor {
public:
    /// Listens and serves. An address that is only the default, and that another process has, is left out
    /// with a line in the log. Throws ConfigError.
    Monitor(const settings::Settings& settings, Monitored monitored);
    Monitor(const Monitor&) = delete;
    Monitor& operator=(const Monitor&) = delete;
    ~Monitor();

    /// What was bound.
    const std::vector<std::string>& addresses() const noexcept { return addresses_; }

    /// Ends what is under way, soon.
    void drain();
    bool ended() const noexcept {
        return thread_ == nullptr || (thread_->drained() && admission_.total() == 0);
    }

private:
    std::vector<LoopThread::Listening> listen(const settings::Settings& settings);

    const connection::Options options_;
    connection::Admission admission_;
    MonitorPages pages_;
    std::vector<std::string> addresses_;
    std::unique_ptr<LoopThread> thread_;  // null without an address
};

}  // namespace zanhu::app
