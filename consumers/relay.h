#pragma once

#include <memory>
#include <span>
#include <string_view>

#include <zanhu/consumer.h>

#include "consumers/relay_options.h"

namespace zanhu::consumers {

/// What most sites' consumers do, without code: joins groups, sends on the events that its section names, and
/// passes a client's messages to a group, or to a general channel where a worker of the site handles them and
/// replies to the socket's channel with `websocket.send` and `websocket.close`. docs/relay.md has the keys.
class RelayConsumer final : public AsyncWebsocketConsumer {
public:
    /// The options outlive the consumer.
    explicit RelayConsumer(const RelayOptions& options) noexcept : options_(options) {}

    Task<void> connect() override;
    Task<void> receive(Receive message) override;

    // Handlers of layer messages.
    Task<void> forward_text(const SharedMessage& message);
    Task<void> forward_bytes(const SharedMessage& message);
    Task<void> reply_send(const SharedMessage& message);
    Task<void> reply_close(const SharedMessage& message);

protected:
    const EventHandlers& handlers() const override { return options_.handlers; }
    std::string_view layer_alias() const override { return options_.layer; }

private:
    Task<void> pass_on(Receive message);
    Task<void> to_group(LayerMessage event);
    Task<void> to_channel(LayerMessage event);
    /// What channel_full says for a message that the channel layer did not take.
    Task<void> not_passed_on(std::string problem);
    bool may_send() const noexcept;

    const RelayOptions& options_;
};

class RelayConsumerFactory final : public ApplicationFactory {
public:
    std::span<const KeySpec> keys() const override { return RelayOptions::keys(); }
    std::span<const std::string_view> needs() const override;
    void configure(const ConfigView& section, Services& services) override;
    std::unique_ptr<Application> make() const override;

private:
    Services* services_ = nullptr;
    std::shared_ptr<const RelayOptions> options_;
};

}  // namespace zanhu::consumers
