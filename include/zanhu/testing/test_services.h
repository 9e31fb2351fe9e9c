#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <zanhu/services.h>
#include <zanhu/testing/test_loop.h>

namespace zanhu::testing {

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

/// Users in memory, by name. Nobody has a password, so authenticate() finds nobody.
class KnownAccounts final : public Accounts {
public:
    explicit KnownAccounts(TestLoop& loop) : loop_(loop) {}
    Task<std::optional<User>> find_by_username(std::string username) override;
    Task<std::optional<User>> find_by_id(std::string id) override;
    /// Nobody has a token.
    Task<std::optional<User>> find_by_token(std::string key) override;
    Task<std::optional<User>> authenticate(std::string username, std::string password) override;

    std::map<std::string, User> users;

private:
    TestLoop& loop_;
};

/// What consumers and middleware need of the daemon: real channel layers in memory and real worker pools (two
/// threads and a queue of eight each) on the test's loop, accounts and sessions. Messages and the other
/// connections throw std::logic_error. Owned by the test, which ends its connections first.
class TestServices final : public Services {
public:
    /// `layers`: the aliases that there are.
    explicit TestServices(TestLoop& loop, const std::vector<std::string>& layers = {"default"});
    ~TestServices() override;
    ChannelLayer& channel_layer(std::string_view alias = "default") override;
    bool has_channel_layer(std::string_view alias) const override;
    WorkerPool& pool(std::string_view name) override;
    Accounts& accounts() override { return people; }
    Sessions& sessions() override { return known; }
    Messages& messages() override;
    Connections& connections() override;
    const SiteOptions& site() const override { return options; }

    /// Runs the loop until the group has got the message; returns how many took it.
    std::size_t group_send(std::string group, LayerMessage message);
    /// Runs the loop until the channel has got the message. Throws ChannelFull.
    void send(std::string channel, LayerMessage message);
    /// The next message of a general channel; runs the loop until there is one.
    SharedMessage receive(std::string channel);

    SiteOptions options;
    KnownAccounts people;
    KnownSessions known;

private:
    struct Parts;

    TestLoop& loop_;
    std::unique_ptr<Parts> parts_;
};

}  // namespace zanhu::testing
