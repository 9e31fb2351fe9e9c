#include "core/layer/pubsub_nodes.h"

#include <algorithm>
#include <utility>

#include <zanhu/errors.h>
#include <zanhu/limited_log.h>

#include "core/django/crypto.h"
#include "core/layer/pubsub_shard.h"

namespace zanhu::layer {

namespace {

LimitedLog log("zanhu.layer");
constexpr const char* k_watch = "zanhu.watch";
constexpr std::size_t k_max_watches = 1000;  // whose messages have not come yet

std::string digest_of(const std::string& payload) {
    return django::to_hex(django::digest(django::Digest::sha256, payload));
}

}  // namespace

PubSubNodes::PubSubNodes(PubSubNode& node, TaskSet& tasks)
    : node_(node),
      tasks_(tasks),
      questions_(node.loop, node.own_channel(), node.options.hosts.front().timeout) {}

Task<Reach> PubSubNodes::broadcast(SharedMessage message) {
    const std::string channel = node_.keys.nodes();
    PubSubShard& shard = *node_.shards.front();
    co_await shard.settled();
    const std::uint64_t question = questions_.ask();
    ValueMap fields = message->fields();
    fields.set(std::string(k_reply_key), questions_.reply_to(question));
    std::exception_ptr failure;
    try {
        const std::string payload = node_.seal(fields);
        const std::size_t nodes = co_await shard.publish(channel, payload);
        questions_.expect(question, nodes > 0 ? nodes - 1 : 0);  // this one hears it too
    } catch (const Error&) {
        failure = std::current_exception();
    }
    if (failure) {
        questions_.withdraw(question);
        std::rethrow_exception(failure);
    }
    co_return co_await questions_.answers(question);
}

std::string PubSubNodes::question(std::uint64_t id,
                                  const std::string& group,
                                  const std::string& payload) const {
    ValueMap fields;
    fields.set("type", k_watch).set("group", group).set("digest", digest_of(payload));
    fields.set(std::string(k_reply_key), questions_.reply_to(id));
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
        tasks_.start(broadcast_here(std::move(fields), std::move(reply_to)));
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

Task<void> PubSubNodes::broadcast_here(ValueMap fields, std::string reply_to) {
    std::size_t taken = 0;
    SharedMessage message(LayerMessage::from(std::move(fields)));
    if (broadcast_) taken = co_await broadcast_(std::move(message));
    co_await answer(std::move(reply_to), taken);
}

void PubSubNodes::take(ValueMap fields) {
    const LayerMessage message = LayerMessage::from(std::move(fields));
    if (NodeQuestions::is_answer(message)) questions_.take(message);
}

Task<void> PubSubNodes::answer(std::string reply_to, std::size_t taken) {
    const std::string channel = NodeQuestions::channel_of(reply_to);
    std::string problem;
    try {
        const std::string payload = node_.seal(NodeQuestions::answer_to(reply_to, taken).fields());
        co_await node_.shard_of(channel).publish(channel, payload);
    } catch (const Error& error) {
        problem = error.what();
    }
    if (!problem.empty()) log.warning("another node does not hear how many were reached: " + problem);
}

}  // namespace zanhu::layer
