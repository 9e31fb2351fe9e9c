#pragma once

#include <atomic>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <zanhu/components.h>

#include "app/admin_handler.h"
#include "app/admin_server.h"
#include "app/instance_lock.h"
#include "app/loop_thread.h"
#include "app/mapping.h"
#include "app/monitor.h"
#include "app/plugins.h"
#include "app/recheck.h"
#include "app/services.h"
#include "app/tree.h"
#include "app/workers.h"
#include "core/settings/settings.h"

namespace zanhu::app {

/// Everything that runs: settings, services, the tree of applications, loops and listeners. Owned by the
/// daemon's main(), on whose thread all of it is called.
class Runtime {
public:
    /// Reads and checks the whole configuration, and opens nothing. Throws one ConfigError with all problems.
    Runtime(const settings::LoadOptions& options, bool demo);
    Runtime(const Runtime&) = delete;
    Runtime& operator=(const Runtime&) = delete;
    ~Runtime();

    const settings::Settings& settings() const noexcept { return settings_; }

    /// Opens the database, listens, and serves. Throws ConfigError, StorageError.
    void start();
    /// What start_workers() refuses, without starting anything. Throws ConfigError.
    void check_named_workers(const std::vector<std::string>& names) const;
    /// As start() for a process that only works on channels: it listens nowhere, and needs no daemon. An
    /// empty `layer` leaves each worker its own.
    void start_workers(const std::vector<std::string>& names, const std::string& layer);
    struct Bound {
        std::string address;
        bool tls;
    };
    /// What was bound: with port 0 the port is known only now.
    const std::vector<Bound>& bound() const noexcept { return bound_; }
    /// Where the metrics are.
    const std::vector<std::string>& monitor_addresses() const noexcept { return monitor_->addresses(); }

    /// Takes over what can change without a restart, and says in the log what cannot. Never throws: a bad
    /// file changes nothing.
    void reload();
    /// What is to be done now and then. Never throws.
    void tidy() noexcept;
    /// Closes every socket with 1001 and waits for all work to end, up to [server] shutdown_timeout or a
    /// second request to end. False when something was still alive: then the process must leave without
    /// destroying it.
    [[nodiscard]] bool shut_down();

private:
    /// Opens the services, and makes the loops, which do not run yet, and the workers. Null without TLS.
    void prepare(const std::vector<WorkerPlan>& workers, std::shared_ptr<const net::TlsContext> tls);
    void listen(std::vector<std::vector<LoopThread::Listening>>& listening);
    /// For new connections, once the loops run.
    void take_over(std::shared_ptr<const net::TlsContext> tls);
    void start_monitor();
    void start_admin(int descriptor);
    void start_rechecks();
    void stop_rechecks();
    /// Ready when the last request is answered.
    std::shared_future<void> stop_admin();
    Task<DaemonState> state();

    settings::LoadOptions load_options_;
    const bool demo_;
    settings::Settings settings_;
    Components components_;
    Plugins plugins_;
    DaemonServices services_;
    std::unique_ptr<Tree> tree_;
    connection::Options connection_options_;
    connection::Admission admission_;
    std::optional<InstanceLock> lock_;
    Workers workers_;
    std::vector<ListenPoint> points_;  // the listeners of the loops refer to them
    std::vector<std::unique_ptr<LoopThread>> loops_;
    std::vector<Bound> bound_;
    DaemonAdminHandler admin_handler_;
    std::vector<std::unique_ptr<Recheck>> rechecks_;  // one a loop
    std::unique_ptr<AdminServer> admin_;              // of the first loop
    bool admin_socket_ = false;
    bool started_ = false;  // the loops run
    std::atomic<bool> draining_{false};
    std::unique_ptr<Monitor> monitor_;
    std::shared_future<void> pools_stopped_;  // waits for its thread when it is destroyed
};

}  // namespace zanhu::app
