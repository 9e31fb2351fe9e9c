#pragma once

#include <functional>
#include <future>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <zanhu/services.h>

#include "app/channel_layers.h"
#include "app/connections.h"
#include "app/database_probe.h"
#include "core/base/readiness.h"
#include "core/settings/settings.h"
#include "core/storage/account_store.h"
#include "core/storage/async_accounts.h"
#include "core/storage/async_messages.h"
#include "core/storage/async_sessions.h"
#include "core/storage/credential_store.h"
#include "core/storage/database.h"
#include "core/storage/message_store.h"
#include "core/storage/session_cache.h"
#include "core/storage/session_store.h"

namespace zanhu::app {

/// The daemon's Services: site options from the start, pools and stores from open(), the layer from
/// connect(). Owned by the runtime.
class DaemonServices final : public Services {
public:
    DaemonServices(const settings::Settings& settings, bool demo);
    ~DaemonServices() override;

    /// Opens the database, brings it up to date if that is wanted, and starts the pools. Throws ConfigError,
    /// StorageError.
    void open(const settings::Settings& settings);
    /// Makes the channel layers over the loops, of which `home` is one: connections to Redis live there.
    void connect(const settings::Settings& settings, net::EpollLoop& home, std::span<EventLoop* const> loops);
    ChannelLayers& channel_layers() noexcept { return layers_; }
    /// Removes expired sessions of a database of our own. Blocking. Throws StorageError.
    void tidy();
    /// Ends the pools: what was accepted is finished first.
    void stop();

    ChannelLayer& channel_layer(std::string_view alias) override;
    bool has_channel_layer(std::string_view alias) const override;
    WorkerPool& pool(std::string_view name) override;
    Accounts& accounts() override { return stores_->async_accounts; }
    Sessions& sessions() override { return stores_->async_sessions; }
    Messages& messages() override { return stores_->async_messages; }
    LoopConnections& connections() override { return connections_; }
    const SiteOptions& site() const override { return site_; }

    storage::AccountStore& account_store() noexcept { return stores_->accounts; }
    storage::AsyncSessions& async_sessions() noexcept { return stores_->async_sessions; }
    /// Leaves Redis, in every role. The loops must run until all of these are ready.
    std::vector<std::shared_future<void>> leave();
    storage::CredentialStore& credential_store() noexcept { return stores_->credentials; }
    const django::PasswordHashers& hashers() const noexcept { return hashers_; }
    /// Where what the daemon cannot serve without says whether it is there.
    Readiness& readiness() noexcept { return readiness_; }

private:
    struct Pools;
    struct Stores {
        Stores(const settings::Settings& settings, const django::PasswordHashers& hashers, Pools& pools);
        storage::Database database;
        storage::AccountStore accounts;
        storage::SessionStore sessions;
        storage::MessageStore messages;
        storage::CredentialStore credentials;
        storage::AsyncAccounts async_accounts;
        storage::AsyncSessions async_sessions;
        storage::AsyncMessages async_messages;
        DatabaseProbe database_probe;
    };

    const SiteOptions site_;
    const django::PasswordHashers hashers_;
    Readiness readiness_;
    bool owns_database_ = false;
    LoopConnections connections_;
    std::unique_ptr<Pools> pools_;
    std::unique_ptr<Stores> stores_;
    std::unique_ptr<storage::SessionCache> session_cache_;
    const std::vector<std::string> layer_aliases_;
    ChannelLayers layers_;
};

}  // namespace zanhu::app
