#pragma once

#include <string_view>

#include <zanhu/consumer.h>

namespace zanhu::consumers {

/// Private messages to one person's open pages, at `ws/<str:username>/`. Anonymous is refused; whose messages
/// they are, the session says, not the path. An event `receive` of the user's group is sent as its JSON; what
/// the client sends comes back as JSON.
class MessagesConsumer : public AsyncWebsocketConsumer {
public:
    static constexpr std::string_view k_needs[] = {"user"};

    Task<void> connect() override;
    Task<void> receive(Receive message) override;

protected:
    const EventHandlers& handlers() const override;
};

}  // namespace zanhu::consumers
