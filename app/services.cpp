#include "app/services.h"

#include <Poco/Logger.h>

#include <algorithm>
#include <string>

#include <zanhu/errors.h>

#include "app/mapping.h"
#include "core/settings/typed.h"
#include "core/storage/configured.h"
#include "core/storage/migrations.h"
#include "core/storage/password_hashers.h"

namespace zanhu::app {

namespace {

constexpr std::size_t k_sessions_a_tidy = 10'000;  // so that writers of the site wait a moment at most

/// A database that is not to be migrated is a Django site's, which need not have the tables of our own pages.
bool is_own(const settings::Settings& settings) {
    return settings::DatabaseSettings::from(settings).migrate ==
           settings::DatabaseSettings::Migrate::automatic;
}

}  // namespace

struct DaemonServices::Pools {
    explicit Pools(const settings::PoolSettings& settings)
        : db("db", settings.db_threads, settings.db_queue),
          sync("sync", settings.sync_threads, settings.sync_queue),
          hash("hash", settings.hash_threads, settings.hash_queue),
          resolver("resolver", 4, 64) {}
    WorkerPool db;
    WorkerPool sync;
    WorkerPool hash;
    WorkerPool resolver;  // of the names of other servers
};

DaemonServices::Stores::Stores(const settings::Settings& settings,
                               const django::PasswordHashers& hashers,
                               Pools& pools)
    : database(storage::configured_database(settings)),
      accounts(database),
      sessions(database, storage::configured_sessions(settings)),
      messages(database),
      credentials(database, sessions),
      async_accounts(
          accounts,
          pools.db,
          pools.hash,
          hashers,
          is_own(settings) ? storage::AsyncAccounts::Upgrade::yes : storage::AsyncAccounts::Upgrade::no),
      async_sessions(sessions, pools.db),
      async_messages(messages, pools.db),
      database_probe(database, pools.db) {}

DaemonServices::DaemonServices(const settings::Settings& settings, bool demo)
    : site_(site_options(settings, demo)),
      hashers_(storage::password_hashers(settings)),
      layer_aliases_(settings.channel_layers()) {
    for (const std::string& alias : layer_aliases_)
        ChannelLayers::check(settings, alias);
    (void)storage::configured_session_cache(settings);
}

DaemonServices::~DaemonServices() {
    stop();
}

void DaemonServices::open(const settings::Settings& settings) {
    pools_ = std::make_unique<Pools>(settings::PoolSettings::from(settings));
    stores_ = std::make_unique<Stores>(settings, hashers_, *pools_);
    owns_database_ = is_own(settings);
    if (owns_database_) storage::migrate(stores_->database);
    storage::check_tables(stores_->database,
                          owns_database_ ? storage::Need::everything : storage::configured_need(settings));
    readiness_.add(stores_->database_probe);
}

void DaemonServices::tidy() {
    if (!owns_database_) return;
    const std::size_t removed = stores_->sessions.remove_expired(k_sessions_a_tidy);
    if (removed > 0)
        Poco::Logger::get("zanhu").information("removed " + std::to_string(removed) + " expired sessions");
}

void DaemonServices::connect(const settings::Settings& settings,
                             net::EpollLoop& home,
                             std::span<EventLoop* const> loops) {
    for (const std::string& alias : layer_aliases_)
        layers_.open(settings, alias, home, loops, pools_->resolver, connections_);
    readiness_.add(layers_);
    if (auto options = storage::configured_session_cache(settings)) {
        session_cache_ = std::make_unique<storage::SessionCache>(std::move(*options), home, pools_->resolver);
        session_cache_->start();
        stores_->async_sessions.use(*session_cache_);
    }
}

std::vector<std::shared_future<void>> DaemonServices::leave() {
    auto left = layers_.leave();
    if (session_cache_ != nullptr) left.push_back(session_cache_->stop());
    return left;
}

void DaemonServices::stop() {
    if (pools_ == nullptr) return;
    pools_->sync.stop();
    pools_->hash.stop();
    pools_->db.stop();
    pools_->resolver.stop();
}

ChannelLayer& DaemonServices::channel_layer(std::string_view alias) {
    if (ChannelLayer* layer = layers_.find(alias)) return *layer;
    throw ConfigError("there is no channel layer '" + std::string(alias) +
                      "'; add the section [channel_layer." + std::string(alias) + "]");
}

bool DaemonServices::has_channel_layer(std::string_view alias) const {
    return std::find(layer_aliases_.begin(), layer_aliases_.end(), alias) != layer_aliases_.end();
}

WorkerPool& DaemonServices::pool(std::string_view name) {
    if (name == "db") return pools_->db;
    if (name == "sync") return pools_->sync;
    if (name == "hash") return pools_->hash;
    throw ConfigError("there is no worker pool '" + std::string(name) + "'; there are: db, sync, hash");
}

}  // namespace zanhu::app
