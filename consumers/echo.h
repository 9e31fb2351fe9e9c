#pragma once

#include <zanhu/consumer.h>

namespace zanhu::consumers {

/// Sends back what it receives, from the `sync` pool.
class EchoConsumer final : public WebsocketConsumer {
public:
    void receive(Receive message) override;
};

/// Sends back what it receives, on the loop.
class EchoAsyncConsumer final : public AsyncWebsocketConsumer {
public:
    Task<void> receive(Receive message) override;
};

}  // namespace zanhu::consumers
