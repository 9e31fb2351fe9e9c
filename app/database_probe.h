#pragma once

#include <memory>
#include <mutex>
#include <string>

#include <zanhu/worker_pool.h>

#include "core/base/readiness.h"
#include "core/storage/database.h"

namespace zanhu::app {

/// Whether the database answers: asks it for a session by way of the `db` pool, so that a pool that is full
/// or stuck shows too. However many ask, one statement is under way. Owned by the services; must outlive the
/// pool's jobs.
class DatabaseProbe final : public ReadinessProbe {
public:
    DatabaseProbe(storage::Database& database, WorkerPool& pool) noexcept
        : database_(database), pool_(pool) {}

    std::string_view name() const noexcept override { return "database"; }
    Task<std::string> problem() override;

private:
    struct State {
        std::mutex mutex;  // guards the rest
        bool under_way = false;
        std::uint64_t answers = 0;
        std::string problem;
    };

    void ask(State& state);

    storage::Database& database_;
    WorkerPool& pool_;
    State state_;
};

}  // namespace zanhu::app
