#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string>

#include <zanhu/channel_layer.h>

#include "core/layer/general_channels.h"
#include "core/layer/process_groups.h"

namespace zanhu::layer {

/// The channel layer of one process (Channels: InMemoryChannelLayer), over all its loops. A group message
/// costs one job per loop that has members. Owned by the daemon; outlives the loops' connections.
class MemoryLayer final : public ChannelLayer {
public:
    struct Options {
        std::size_t capacity = 100;                ///< of a general channel
        std::chrono::milliseconds expiry{60'000};  ///< of a message in it
    };

    /// The loops must outlive the layer.
    MemoryLayer(Options options, std::span<EventLoop* const> loops);
    ~MemoryLayer() override;

    Channel open_channel(Inbox& inbox) override;
    Task<void> send(std::string channel, LayerMessage message) override;
    Task<SharedMessage> receive(std::string channel, CancelToken token) override;
    Task<void> group_add(std::string group, const Channel& channel) override;
    Task<void> group_discard(std::string group, const Channel& channel) override;
    Task<std::size_t> group_send(std::string group, LayerMessage message) override;

private:
    ProcessGroups groups_;
    GeneralChannels general_;
};

}  // namespace zanhu::layer
