#include <stdexcept>
#include <utility>

#include <zanhu/errors.h>
#include <zanhu/next_turn.h>
#include <zanhu/testing/test_services.h>

#include "core/layer/memory_layer.h"

namespace zanhu::testing {

namespace {
constexpr std::size_t k_threads = 2;
constexpr std::size_t k_queue = 8;
}  // namespace

Task<ValueMap> KnownSessions::load(std::string) {
    throw std::logic_error("sessions are loaded together with their user in this test");
}

Task<SessionAndUser> KnownSessions::authenticate(std::string key) {
    asked.push_back(key);
    NextTurn turn(loop_);
    co_await turn;
    if (broken) throw StorageError("the database is gone");
    SessionAndUser found;
    if (const auto session = open.find(key); session != open.end()) {
        found.user = session->second;
        found.data.set("_auth_user_id", found.user.id());
    }
    co_return found;
}

Task<std::string> KnownSessions::log_in(std::string) {
    throw std::logic_error("nobody logs in in this test");
}

Task<void> KnownSessions::log_out(std::string) {
    throw std::logic_error("nobody logs out in this test");
}

Task<std::optional<User>> KnownAccounts::find_by_username(std::string username) {
    NextTurn turn(loop_);
    co_await turn;
    std::optional<User> found;
    if (const auto user = users.find(username); user != users.end()) found = user->second;
    co_return found;
}

Task<std::optional<User>> KnownAccounts::find_by_id(std::string id) {
    NextTurn turn(loop_);
    co_await turn;
    std::optional<User> found;
    for (const auto& [name, user] : users) {
        if (user.id() == id) found = user;
    }
    co_return found;
}

Task<std::optional<User>> KnownAccounts::find_by_token(std::string) {
    co_return std::nullopt;
}

Task<std::optional<User>> KnownAccounts::authenticate(std::string, std::string) {
    co_return std::nullopt;
}

/// Pools are made when they are asked for: most tests need none.
struct TestServices::Parts {
    std::map<std::string, std::unique_ptr<layer::MemoryLayer>, std::less<>> layers;
    std::map<std::string, std::unique_ptr<WorkerPool>, std::less<>> pools;
};

TestServices::TestServices(TestLoop& loop, const std::vector<std::string>& layers)
    : people(loop), known(loop), loop_(loop), parts_(std::make_unique<Parts>()) {
    EventLoop* const loops[] = {&loop};
    for (const std::string& alias : layers)
        parts_->layers.emplace(alias,
                               std::make_unique<layer::MemoryLayer>(layer::MemoryLayer::Options(), loops));
}

TestServices::~TestServices() = default;

ChannelLayer& TestServices::channel_layer(std::string_view alias) {
    const auto found = parts_->layers.find(alias);
    if (found == parts_->layers.end()) throw ConfigError("no channel layer of that name");
    return *found->second;
}

bool TestServices::has_channel_layer(std::string_view alias) const {
    return parts_->layers.contains(alias);
}

WorkerPool& TestServices::pool(std::string_view name) {
    if (name != "sync" && name != "db" && name != "hash") throw ConfigError("no pool of that name");
    auto& pool = parts_->pools[std::string(name)];
    if (pool == nullptr) pool = std::make_unique<WorkerPool>(std::string(name), k_threads, k_queue);
    return *pool;
}

Messages& TestServices::messages() {
    throw std::logic_error("there are no messages in this test");
}

Connections& TestServices::connections() {
    throw std::logic_error("there are no other connections in this test");
}

std::size_t TestServices::group_send(std::string group, LayerMessage message) {
    return loop_.run(channel_layer().group_send(std::move(group), std::move(message)));
}

void TestServices::send(std::string channel, LayerMessage message) {
    loop_.run(channel_layer().send(std::move(channel), std::move(message)));
}

SharedMessage TestServices::receive(std::string channel) {
    return loop_.run(channel_layer().receive(std::move(channel), CancelToken()));
}

}  // namespace zanhu::testing
