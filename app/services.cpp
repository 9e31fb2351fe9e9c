#include "app/services.h"

#include <string>

#include <zanhu/errors.h>

#include "app/mapping.h"
#include "core/settings/typed.h"
#include "core/storage/migrations.h"

namespace zanhu::app {

struct DaemonServices::Pools {
    explicit Pools(const settings::PoolSettings& settings)
        : db("db", settings.db_threads, settings.db_queue),
          sync("sync", settings.sync_threads, settings.sync_queue),
          hash("hash", settings.hash_threads, settings.hash_queue) {}
    WorkerPool db;
    WorkerPool sync;
    WorkerPool hash;
};

DaemonServices::Stores::Stores(const settings::Settings& settings, Pools& pools)
    : database(database_options(settings)),
      accounts(database),
      sessions(database, session_options(settings)),
      messages(database),
      async_accounts(accounts, pools.db, pools.hash,
                     static_cast<int>(settings::SiteSettings::from(settings).password_iterations)),
      async_sessions(sessions, pools.db),
      async_messages(messages, pools.db) {}

DaemonServices::DaemonServices(const settings::Settings& settings, bool demo) : site_(site_options(settings, demo)) {}

DaemonServices::~DaemonServices() { stop(); }

void DaemonServices::open(const settings::Settings& settings) {
    pools_ = std::make_unique<Pools>(settings::PoolSettings::from(settings));
    stores_ = std::make_unique<Stores>(settings, *pools_);
    if (settings::DatabaseSettings::from(settings).migrate == settings::DatabaseSettings::Migrate::automatic) {
        storage::migrate(stores_->database);
    }
    storage::check_tables(stores_->database);
}

void DaemonServices::connect(const settings::Settings& settings, std::span<EventLoop* const> loops) {
    layer_ = std::make_unique<layer::MemoryLayer>(layer_options(settings), loops);
}

void DaemonServices::stop() {
    if (pools_ == nullptr) return;
    pools_->sync.stop();
    pools_->hash.stop();
    pools_->db.stop();
}

ChannelLayer& DaemonServices::channel_layer(std::string_view alias) {
    if (alias == "default") return *layer_;
    throw ConfigError("there is no channel layer '" + std::string(alias) + "'; there is: default");
}

WorkerPool& DaemonServices::pool(std::string_view name) {
    if (name == "db") return pools_->db;
    if (name == "sync") return pools_->sync;
    if (name == "hash") return pools_->hash;
    throw ConfigError("there is no worker pool '" + std::string(name) + "'; there are: db, sync, hash");
}

}  // namespace zanhu::app
