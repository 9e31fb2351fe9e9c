#pragma once

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <zanhu/services.h>

#include "tests/application/testing.h"

namespace zanhu::web_test {

using test::TestLoop;

/// What a fake does instead of its work.
enum class Fault : std::uint8_t { none, storage, saturated, other };

/// Lets a turn of the loop pass, as work on a pool does, then fails when it is told to.
class Work {
public:
    explicit Work(TestLoop& loop) noexcept : loop_(loop) {}
    Task<void> pass();
    Fault fault = Fault::none;

private:
    TestLoop& loop_;
};

struct FakeAccount {
    std::string id;
    std::string password;
};

/// Accounts in memory.
class FakeAccounts final : public Accounts {
public:
    explicit FakeAccounts(TestLoop& loop) : work(loop) {}
    Task<std::optional<User>> find_by_username(std::string username) override;
    Task<std::optional<User>> find_by_id(std::string id) override;
    Task<std::optional<User>> find_by_token(std::string) override { throw std::logic_error("no page asks"); }
    Task<std::optional<User>> authenticate(std::string username, std::string password) override;

    Work work;
    std::map<std::string, FakeAccount> people;
    int password_checks = 0;
};

/// Sessions in memory: keys and the user ids behind them.
class FakeSessions final : public Sessions {
public:
    explicit FakeSessions(TestLoop& loop) : work(loop) {}
    Task<ValueMap> load(std::string key) override;
    Task<SessionAndUser> authenticate(std::string key) override;
    Task<std::string> log_in(std::string user_id) override;
    Task<void> log_out(std::string key) override;

    Work work;
    std::map<std::string, std::string> open;

private:
    int made_ = 0;
};

/// Messages in memory. Each is a second later than the one before.
class FakeMessages final : public Messages {
public:
    FakeMessages(TestLoop& loop, const FakeAccounts& accounts) : work(loop), accounts_(accounts) {}
    Task<StoreResult> store(Message message) override;
    Task<MessagePage> find(MessageQuery query) override;
    Task<std::vector<Conversation>> conversations(std::string username) override;
    Task<void> mark_read(std::string reader, std::string sender) override;

    Work work;
    std::vector<Message> stored;
    MessageQuery last_query;

private:
    const FakeAccounts& accounts_;
};

/// A layer that keeps what is sent to groups and delivers nothing.
class RecordingLayer final : public ChannelLayer {
public:
    explicit RecordingLayer(TestLoop& loop) : work(loop) {}
    Channel open_channel(Inbox& inbox) override;
    Task<void> send(std::string channel, LayerMessage message) override;
    Task<SharedMessage> receive(std::string channel, CancelToken token) override;
    Task<void> group_add(std::string group, const Channel& channel) override;
    Task<void> group_discard(std::string group, const Channel& channel) override;
    Task<std::size_t> group_send(std::string group, LayerMessage message) override;

    Work work;
    std::vector<std::pair<std::string, LayerMessage>> sent;
};

/// Remembers which sessions' sockets were to be closed.
class FakeConnections final : public Connections {
public:
    Task<std::size_t> broadcast(LayerMessage message) override;
    Task<std::size_t> close_user(std::string user_id, CloseCode code, std::string reason) override;
    Task<std::size_t> close_session(std::string key, CloseCode code, std::string reason) override;

    std::vector<std::string> closed_sessions;
};

/// All of them, as the site gets them. What the site has no use for throws std::logic_error. Owned by the
/// test.
class FakeServices final : public Services {
public:
    explicit FakeServices(TestLoop& loop);
    ChannelLayer& channel_layer(std::string_view alias) override;
    WorkerPool& pool(std::string_view name) override;
    Accounts& accounts() override { return people; }
    Sessions& sessions() override { return keys; }
    Messages& messages() override { return letters; }
    Connections& connections() override { return sockets; }
    const SiteOptions& site() const override { return options; }

    void add_person(const std::string& username, const std::string& password);

    SiteOptions options;
    FakeAccounts people;
    FakeSessions keys;
    FakeMessages letters;
    RecordingLayer layer;
    FakeConnections sockets;
};

}  // namespace zanhu::web_test
