#pragma once

#include <optional>
#include <string>

#include <zanhu/consumer.h>
#include <zanhu/sync.h>

namespace notes {

std::string email_of(const std::string& username);

/// On a worker: async_to_sync waits for a task of the loop.
class FromSync final : public zanhu::WebsocketConsumer {
public:
    void receive(zanhu::Receive message) override {
        zanhu::EventLoop& loop = link().loop();
        const std::optional<zanhu::User> user =
            zanhu::async_to_sync(loop, services().accounts().find_by_username(message.data));
        send_text(user ? "user " + user->id() : "nobody");
    }
};

/// On the loop: database_sync_to_async hands a callable to the `db` pool.
class FromAsync final : public zanhu::AsyncWebsocketConsumer {
public:
    zanhu::Task<void> receive(zanhu::Receive message) override {
        auto look_up = [&message] { return email_of(message.data); };
        std::string email = co_await zanhu::database_sync_to_async(services(), look_up);
        co_await send_text(std::move(email));
    }
};

}  // namespace notes
