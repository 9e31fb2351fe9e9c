#include "core/layer/pubsub_echoes.h"

#include <algorithm>
#include <utility>

#include <zanhu/errors.h>

namespace zanhu::layer {

PubSubEchoes::Echo::Echo(PubSubEchoes& echoes, std::string channel, const std::string& payload)
    : echoes_(echoes),
      id_(echoes.next_id_++),
      channel_(std::move(channel)),
      payload_(payload),
      changed_(echoes.loop_),
      timer_(
          [](void* self) {
              static_cast<Echo*>(self)->fail(
                  "Redis took a group message and did not give it back in time ([redis] timeout); its "
                  "members "
                  "may still get it");
          },
          this) {
    if (echoes.by_id_.size() >= echoes.most_) {
        throw BackendUnavailable(std::to_string(echoes.most_) +
                                 " group messages are under way to Redis and back ([redis] max_calls)");
    }
    echoes.by_id_.emplace(id_, this);
    echoes.by_channel_[channel_].push_back(this);
}

PubSubEchoes::Echo::~Echo() {
    echoes_.by_id_.erase(id_);
    const auto found = echoes_.by_channel_.find(channel_);
    if (found == echoes_.by_channel_.end()) return;
    found->second.remove(this);
    if (found->second.empty()) echoes_.by_channel_.erase(found);
}

Task<std::size_t> PubSubEchoes::Echo::taken(std::chrono::milliseconds patience) {
    if (!settled_) echoes_.loop_.schedule(timer_, patience);
    while (!settled_)
        co_await changed_.wait();
    if (!problem_.empty()) throw BackendUnavailable(problem_);
    co_return taken_;
}

void PubSubEchoes::Echo::settle(std::size_t taken) {
    if (std::exchange(settled_, true)) return;
    taken_ = taken;
    timer_.cancel();
    changed_.notify();
}

void PubSubEchoes::Echo::fail(std::string problem) {
    if (settled_) return;
    problem_ = std::move(problem);
    settle(0);
}

std::uint64_t PubSubEchoes::match(const std::string& channel, const std::string& payload) {
    const auto found = by_channel_.find(channel);
    if (found == by_channel_.end()) return 0;
    auto& waiting = found->second;
    const auto echo =
        std::ranges::find_if(waiting, [&payload](const Echo* e) { return e->payload_ == payload; });
    if (echo == waiting.end()) return 0;
    const std::uint64_t id = (*echo)->id_;
    waiting.erase(echo);
    if (waiting.empty()) by_channel_.erase(found);
    return id;
}

void PubSubEchoes::settle(std::uint64_t id, std::size_t taken) {
    if (const auto found = by_id_.find(id); found != by_id_.end()) found->second->settle(taken);
}

void PubSubEchoes::settle_all(const std::string& channel) {
    const auto found = by_channel_.find(channel);
    if (found == by_channel_.end()) return;
    for (Echo* echo : found->second)
        echo->settle(0);
}

void PubSubEchoes::fail_all(const std::function<bool(const std::string& channel)>& concerned,
                            const std::string& problem) {
    for (const auto& [channel, waiting] : by_channel_) {
        if (!concerned(channel)) continue;
        for (Echo* echo : waiting)
            echo->fail(problem);
    }
}

}  // namespace zanhu::layer
