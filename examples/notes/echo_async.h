#pragma once

#include <optional>
#include <string>
#include <utility>

#include <zanhu/consumer.h>
#include <zanhu/sync.h>

namespace notes {

std::string http_get(const std::string& url);
/// A look-up in a database of your own; blocks.
std::string email_of(const std::string& username);

/// Raw events, coroutines on the connection's loop: whatever blocks goes to a pool.
class EchoAsyncConsumer final : public zanhu::AsyncConsumer {
public:
    explicit EchoAsyncConsumer(std::string url = "http://127.0.0.1:8080/") : url_(std::move(url)) {}

protected:
    const zanhu::EventHandlers& handlers() const override {
        static const auto table = zanhu::EventHandlers()
                                      .on<&EchoAsyncConsumer::websocket_connect>("websocket.connect")
                                      .on<&EchoAsyncConsumer::websocket_receive>("websocket.receive");
        return table;
    }

private:
    zanhu::Task<void> websocket_connect(zanhu::Connect) {
        auto request = [this] { return http_get(url_); };  // named first: docs/coroutines.md
        greeting_ = co_await zanhu::sync_to_async(services(), request);
        co_await send(zanhu::Accept());
    }

    zanhu::Task<void> websocket_receive(zanhu::Receive event) {
        // User.objects.get(username=...): the accounts of the site are asynchronous already.
        const std::optional<zanhu::User> user = co_await services().accounts().find_by_username(event.data);
        if (user) {
            // What blocks, by hand: database_sync_to_async around any callable.
            auto look_up = [&user] { return email_of(user->username()); };
            event.data += " " + co_await zanhu::database_sync_to_async(services(), look_up);
        }
        event.data += " " + greeting_;
        co_await send(zanhu::Send(zanhu::MessageKind::text, std::move(event.data)));
    }

    std::string url_;
    std::string greeting_;
};

}  // namespace notes
