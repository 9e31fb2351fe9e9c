#include "tests/application/web/fake_services.h"

#include <algorithm>
#include <cstdio>
#include <stdexcept>

#include <zanhu/errors.h>
#include <zanhu/next_turn.h>

namespace zanhu::web_test {

Task<void> Work::pass() {
    NextTurn turn(loop_);
    co_await turn;
    switch (fault) {
        case Fault::none:
            co_return;
        case Fault::storage:
            throw StorageError("the disk is full");
        case Fault::saturated:
            throw PoolSaturated("the queue is full");
        case Fault::other:
            throw std::runtime_error("an error of the program");
    }
}

Task<std::optional<User>> FakeAccounts::find_by_username(std::string username) {
    co_await work.pass();
    const auto found = people.find(username);
    if (found == people.end()) co_return std::nullopt;
    co_return User(found->second.id, username);
}

Task<std::optional<User>> FakeAccounts::find_by_id(std::string id) {
    co_await work.pass();
    for (const auto& [name, account] : people) {
        if (account.id == id) co_return User(id, name);
    }
    co_return std::nullopt;
}

Task<std::optional<User>> FakeAccounts::authenticate(std::string username, std::string password) {
    ++password_checks;
    co_await work.pass();
    const auto found = people.find(username);
    if (found == people.end() || found->second.password != password) co_return std::nullopt;
    co_return User(found->second.id, username);
}

Task<ValueMap> FakeSessions::load(std::string key) {
    co_await work.pass();
    ValueMap data;
    if (open.contains(key)) data.set("_auth_user_id", open[key]);
    co_return data;
}

Task<SessionAndUser> FakeSessions::authenticate(std::string) {
    throw std::logic_error("the site asks the scope who the user is");
}

Task<std::string> FakeSessions::log_in(std::string user_id) {
    co_await work.pass();
    std::string key(32, 'k');
    const std::string number = std::to_string(++made_);
    key.replace(0, number.size(), number);
    open[key] = std::move(user_id);
    co_return key;
}

Task<void> FakeSessions::log_out(std::string key) {
    co_await work.pass();
    open.erase(key);
}

Task<Messages::StoreResult> FakeMessages::store(Message message) {
    co_await work.pass();
    StoreResult result;
    const auto same = std::ranges::find(stored, message.id, &Message::id);
    if (same != stored.end()) {
        result.outcome = same->sender == message.sender ? Stored::existed : Stored::id_taken;
        result.message = *same;
        co_return result;
    }
    if (!accounts_.people.contains(message.recipient)) {
        result.outcome = Stored::no_such_recipient;
        co_return result;
    }
    char time[64];
    const std::size_t seconds = stored.size();
    std::snprintf(time, sizeof time, "2026-11-22T10:%02zu:%02zu.123456Z", seconds / 60 % 60, seconds % 60);
    message.created_at = time;
    stored.push_back(message);
    result.message = std::move(message);
    co_return result;
}

Task<MessagePage> FakeMessages::find(MessageQuery query) {
    last_query = query;
    co_await work.pass();
    MessagePage page;
    for (const Message& message : stored) {
        const bool mine = message.sender == query.user || message.recipient == query.user;
        const bool theirs =
            query.with.empty() || message.sender == query.with || message.recipient == query.with;
        const bool in_time = (query.after.empty() || message.created_at > query.after) &&
                             (query.before.empty() || message.created_at < query.before);
        if (mine && theirs && in_time) page.messages.push_back(message);
    }
    if (page.messages.size() > query.limit) {
        page.more = true;
        const auto surplus = static_cast<std::ptrdiff_t>(page.messages.size() - query.limit);
        const auto first = query.after.empty() ? page.messages.begin() : page.messages.end() - surplus;
        page.messages.erase(first, first + surplus);
    }
    co_return page;
}

Task<std::vector<Conversation>> FakeMessages::conversations(std::string username) {
    co_await work.pass();
    std::vector<Conversation> result;
    for (const auto& [name, account] : accounts_.people) {
        if (name == username) continue;
        Conversation conversation;
        conversation.username = name;
        for (const Message& message : stored) {
            const bool in = message.sender == name && message.recipient == username;
            const bool out = message.sender == username && message.recipient == name;
            if (in || out) conversation.last_message = message;
            if (in && message.unread) ++conversation.unread;
        }
        result.push_back(std::move(conversation));
    }
    co_return result;
}

Task<void> FakeMessages::mark_read(std::string reader, std::string sender) {
    co_await work.pass();
    for (Message& message : stored) {
        if (message.recipient == reader && message.sender == sender) message.unread = false;
    }
}

Channel RecordingLayer::open_channel(Inbox&) {
    throw std::logic_error("a page has no channel");
}

Task<void> RecordingLayer::send(std::string, LayerMessage) {
    throw std::logic_error("a page sends to groups only");
}

Task<SharedMessage> RecordingLayer::receive(std::string, CancelToken) {
    throw std::logic_error("a page receives nothing");
}

Task<void> RecordingLayer::group_add(std::string, const Channel&) {
    throw std::logic_error("a page is in no group");
}

Task<void> RecordingLayer::group_discard(std::string, const Channel&) {
    throw std::logic_error("a page is in no group");
}

Task<std::size_t> RecordingLayer::group_send(std::string group, LayerMessage message) {
    co_await work.pass();
    sent.emplace_back(std::move(group), std::move(message));
    co_return 1;
}

FakeServices::FakeServices(TestLoop& loop) : people(loop), keys(loop), letters(loop, people), layer(loop) {}

ChannelLayer& FakeServices::channel_layer(std::string_view alias) {
    if (alias != "default") throw std::logic_error("the site uses the default layer");
    return layer;
}

WorkerPool& FakeServices::pool(std::string_view) {
    throw std::logic_error("the site needs no pool of its own");
}

Task<std::size_t> FakeConnections::broadcast(LayerMessage) {
    throw std::logic_error("the site broadcasts nothing");
}

Task<std::size_t> FakeConnections::close_user(std::string, CloseCode, std::string) {
    throw std::logic_error("the site closes sessions, not users");
}

Task<std::size_t> FakeConnections::close_session(std::string key, CloseCode, std::string) {
    closed_sessions.push_back(std::move(key));
    co_return 1;
}

void FakeServices::add_person(const std::string& username, const std::string& password) {
    people.people[username] = FakeAccount{std::to_string(people.people.size() + 1), password};
}

}  // namespace zanhu::web_test
