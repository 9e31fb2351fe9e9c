#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <zanhu/services.h>

#include "core/layer/memory_layer.h"
#include "tests/application/test_loop.h"

namespace zanhu::test {

/// Sessions in memory, by key: those that a middleware asks for.
class KnownSessions final : public Sessions {
public:
    explicit KnownSessions(TestLoop& loop) : loop_(loop) {}
    Task<ValueMap> load(std::string key) override;
    Task<SessionAndUser> authenticate(std::string key) override;
    Task<std::string> log_in(std::string user_id) override;
    Task<void> log_out(std::string key) override;

    std::map<std::string, User> open;
    std::vector<std::string> asked;  ///< the keys that were looked up, in order
    bool broken = false;             ///< lookups throw StorageError

private:
    TestLoop& loop_;
};

/// What sockets need of the daemon: a real channel layer and worker pool on the test's loop, and sessions.
/// The rest throws std::logic_error. Owned by the test, which ends its connections first.
class SocketServices final : public Services {
public:
    explicit SocketServices(TestLoop& loop);
    ChannelLayer& channel_layer(std::string_view alias) override;
    WorkerPool& pool(std::string_view name) override;
    Accounts& accounts() override;
    Sessions& sessions() override { return known; }
    Messages& messages() override;
    Connections& connections() override;
    const SiteOptions& site() const override { return options; }

    /// Runs the loop until the group has got the message; returns how many took it.
    std::size_t group_send(std::string group, LayerMessage message);

    SiteOptions options;
    KnownSessions known;

private:
    TestLoop& loop_;
    EventLoop* const loops_[1];
    layer::MemoryLayer layer_;
    WorkerPool sync_{"sync", 2, 8};
};

}  // namespace zanhu::test
