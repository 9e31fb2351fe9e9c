#include <chrono>
#include <utility>

#include <zanhu/sync_consumer.h>

namespace zanhu {

namespace {

constexpr std::chrono::milliseconds k_before_asking_again{20};

Task<SendResult> send_on(Link& link, Command command) {
    co_return co_await link.send(std::move(command));
}

}  // namespace

SendResult SyncConsumerBase::send(Command command) {
    return async_to_sync(link().loop(), send_on(link(), std::move(command)));
}

Task<void> SyncConsumerBase::insist(std::function<void()> run) {
    bool begun = false;
    auto job = [&begun, &run] {
        begun = true;
        run();
    };
    for (;;) {
        try {
            co_await work(job);
            co_return;
        } catch (const PoolSaturated&) {
            if (begun) throw;
            // waits below: a handler cannot
        }
        co_await link().loop().sleep_for(k_before_asking_again, CancelToken());
    }
}

// Coroutines, so that the layer and the channel are touched on the loop's thread only.
Task<void> SyncConsumerBase::join(std::string group) {
    co_await channel_layer().group_add(std::move(group), channel());
}

Task<void> SyncConsumerBase::leave(std::string group) {
    co_await channel_layer().group_discard(std::move(group), channel());
}

Task<std::string> SyncConsumerBase::name_of_channel() {
    co_return channel().name();
}

std::string SyncConsumerBase::channel_name() {
    return async_to_sync(link().loop(), name_of_channel());
}

void SyncConsumerBase::group_add(std::string group) {
    async_to_sync(link().loop(), join(std::move(group)));
}

void SyncConsumerBase::group_discard(std::string group) {
    async_to_sync(link().loop(), leave(std::move(group)));
}

std::size_t SyncConsumerBase::group_send(std::string group, LayerMessage message) {
    return async_to_sync(link().loop(), channel_layer().group_send(std::move(group), std::move(message)));
}

void SyncConsumerBase::channel_send(std::string channel, LayerMessage message) {
    async_to_sync(link().loop(), channel_layer().send(std::move(channel), std::move(message)));
}

}  // namespace zanhu
