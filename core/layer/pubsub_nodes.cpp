#include "core/layer/pubsub_nodes.h"

#include <algorithm>
#include <utility>

#include "core/django/crypto.h"
#include "core/layer/pubsub_shard.h"

namespace zanhu::layer {

namespace {

constexpr const char* k_watch = "zanhu.watch";
constexpr std::size_t k_max_watches = 1000;  // whose messages have not come yet

std::string digest_of(const std::string& payload) {
    return django::to_hex(django::digest(django::Digest::sha256, payload));
}

}  // namespace

PubSubNodes::PubSubNodes(PubSubNode& node, TaskSet& tasks)
    : NetworkNodes(node.loop, node.own_channel(), node.options.hosts.front().timeout),
      node_(node),
      tasks_(tasks) {}

Task<Reach> PubSubNodes::broadcast(SharedMessage message) {
    PubSubShard& shard = *node_.shards.front();
    co_await shard.settled();
    NodeQuestions::Question question(questions_);
    ValueMap fields = message->fields();
    fields.set(std::string(k_reply_key), question.reply_to());
    const std::size_t nodes = co_await shard.publish(node_.keys.nodes(), node_.seal(fields));
    question.expect(nodes > 0 ? nodes - 1 : 0);  // this one hears it too
    co_return co_await question.answers();
}

std::string PubSubNodes::ahead_of(const std::string& group,
                                  const std::string& payload,
                                  const std::string& reply_to) const {
    ValueMap fields;
    fields.set("type", k_watch).set("group", group).set("digest", digest_of(payload));
    fields.set(std::string(k_reply_key), reply_to);
    return node_.seal(fields);
}

void PubSubNodes::take_from_all(ValueMap fields) {
    const std::string* reply = fields.find_text(k_reply_key);
    if (reply == nullptr || NodeQuestions::channel_of(*reply) == node_.own_channel()) return;
    std::string reply_to = *reply;
    fields.remove(k_reply_key);
    if (const std::string* type = fields.find_text("type"); type != nullptr && *type == k_watch) {
        watch(fields, std::move(reply_to));
    } else {
        SharedMessage message(LayerMessage::from(std::move(fields)));
        tasks_.start(broadcast_here(std::move(message), std::move(reply_to)));
    }
}

void PubSubNodes::watch(const ValueMap& question, std::string reply_to) {
    const std::string* group = question.find_text("group");
    const std::string* digest = question.find_text("digest");
    if (group == nullptr || digest == nullptr) return;
    // What is not subscribed to does not come.
    if (!node_.groups.is_announced(*group)) {
        tasks_.start(answer(std::move(reply_to), 0));
        return;
    }
    const auto now = node_.loop.now();
    while (!watches_.empty() && (watches_.front().until < now || watches_.size() >= k_max_watches))
        watches_.pop_front();
    watches_.emplace_back(*group, *digest, std::move(reply_to), now + node_.options.hosts.front().timeout);
}

void PubSubNodes::delivered(const std::string& group, const std::string& payload, std::size_t taken) {
    const auto concerned = [&group](const Watch& watch) { return watch.group == group; };
    if (std::ranges::none_of(watches_, concerned)) return;
    const std::string digest = digest_of(payload);
    const auto found = std::ranges::find_if(
        watches_, [&](const Watch& watch) { return concerned(watch) && watch.digest == digest; });
    if (found == watches_.end()) return;
    tasks_.start(answer(std::move(found->reply_to), taken));
    watches_.erase(found);
}

void PubSubNodes::vacated(const std::string& group) {
    for (Watch& watch : watches_) {
        if (watch.group == group) tasks_.start(answer(std::move(watch.reply_to), 0));
    }
    std::erase_if(watches_, [&group](const Watch& watch) { return watch.group == group; });
}

void PubSubNodes::take(ValueMap fields) {
    questions_.take(LayerMessage::from(std::move(fields)));
}

Task<void> PubSubNodes::send(std::string channel, SharedMessage message) {
    PubSubShard& shard = node_.shard_of(channel);
    co_await shard.publish(std::move(channel), node_.seal(message->fields()));
}

}  // namespace zanhu::layer
