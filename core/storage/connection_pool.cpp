#include "core/storage/connection_pool.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/base/metrics.h"
#include "core/storage/open_connection.h"

namespace zanhu::storage {

namespace {

constexpr std::chrono::seconds k_idle{60};
constexpr std::chrono::milliseconds k_grace{1000};  // for the server's own time-out to come first

Gauge open_connections("database_connections", "Connections to the database that are open");
Counter opened("database_connections_opened_total", "Connections to the database that were opened");
Counter lost("database_connections_lost_total", "Connections that the database server ended");

void make_known(const DatabaseOptions& options) {
    switch (options.kind) {
        case DatabaseKind::sqlite:
            return register_sqlite();
        case DatabaseKind::postgresql:
            return;
        case DatabaseKind::mysql:
            return register_mysql(options.server);
    }
}

}  // namespace

ConnectionPool::ConnectionPool(const DatabaseOptions& options)
    : options_(options),
      dialect_(options.kind, options.users),
      watchdog_(options.statement_timeout + k_grace),
      kept_([this] { close_idle(Keep::first); }) {
    static std::once_flag once[3];
    std::call_once(once[static_cast<std::size_t>(options.kind)], [&options] { make_known(options); });
}

ConnectionPool::~ConnectionPool() {
    close_idle(Keep::none);
}

std::unique_ptr<Connection> ConnectionPool::open() {
    std::unique_ptr<Connection> connection;
    switch (options_.kind) {
        case DatabaseKind::sqlite:
            connection = open_sqlite(options_, dialect_);
            break;
        case DatabaseKind::postgresql:
            connection = open_postgresql(options_, dialect_, watchdog_, pooler_);
            break;
        case DatabaseKind::mysql:
            connection = open_mysql(options_, dialect_, watchdog_);
            break;
    }
    opened.add();
    open_connections.add();
    return connection;
}

std::unique_ptr<Connection> ConnectionPool::take_idle() {
    std::deque<Idle> old;  // closed outside of the lock
    const std::lock_guard lock(mutex_);
    const Clock::time_point limit = Clock::now() - k_idle;
    while (!idle_.empty() && idle_.front().since < limit) {
        old.push_back(std::move(idle_.front()));
        idle_.pop_front();
        open_connections.take();
    }
    if (idle_.empty()) return nullptr;
    std::unique_ptr<Connection> connection = std::move(idle_.back().connection);
    idle_.pop_back();
    return connection;
}

void ConnectionPool::give_back(std::unique_ptr<Connection> connection) noexcept {
    if (connection->is_lost()) {
        lost.add();
        open_connections.take();
        return;
    }
    const std::lock_guard lock(mutex_);
    idle_.push_back(Idle{std::move(connection), Clock::now()});
}

void ConnectionPool::close_idle(Keep keep) noexcept {
    std::vector<Idle> old;  // closed outside of the lock
    const std::lock_guard lock(mutex_);
    const std::size_t stay = keep == Keep::first ? 1 : 0;
    if (idle_.size() <= stay) return;
    const auto since = [](const Idle& idle) { return idle.connection->opened(); };
    std::swap(idle_.front(), *std::ranges::min_element(idle_, {}, since));
    while (idle_.size() > stay) {
        old.push_back(std::move(idle_.back()));
        idle_.pop_back();
        open_connections.take();
    }
}

ConnectionPool::Lease::Lease(ConnectionPool& pool) : pool_(pool), connection_(pool.take_idle()) {
    reused_ = connection_ != nullptr;
    if (!reused_) connection_ = pool_.open();
}

ConnectionPool::Lease::~Lease() {
    pool_.give_back(std::move(connection_));
}

bool ConnectionPool::Lease::was_stale(const ServerFailure& failure) noexcept {
    if (!reused_ || failure.trouble() != Trouble::lost) return false;
    pool_.close_idle(Keep::none);
    return true;
}

}  // namespace zanhu::storage
