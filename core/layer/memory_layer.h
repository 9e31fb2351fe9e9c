#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include <zanhu/channel_layer.h>

#include "core/layer/general_channels.h"
#include "core/layer/local_groups.h"

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
    struct Shard {
        EventLoop* loop;
        std::unique_ptr<LocalGroups> groups;
    };

    LocalGroups& groups_on(const EventLoop* loop);
    void group_changed(std::size_t shard, const std::string& group, bool occupied);
    std::vector<EventLoop*> loops_of(const std::string& group);
    /// The loop and number of a `specific.` name of this process; null for any other name.
    EventLoop* find_channel(std::string_view name, std::uint64_t& number) const;

    const std::string prefix_;  // of every channel name of this process, up to and including the `!`
    std::vector<Shard> shards_;
    GeneralChannels general_;
    std::mutex mutex_;                                             // guards occupied_
    std::unordered_map<std::string, std::vector<bool>> occupied_;  // group -> which loops have members
};

}  // namespace zanhu::layer
