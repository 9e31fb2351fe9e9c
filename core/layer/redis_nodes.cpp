#include "core/layer/redis_nodes.h"

#include <utility>

#include <zanhu/errors.h>
#include <zanhu/limited_log.h>

#include "core/redis/command.h"

namespace zanhu::layer {

namespace {

LimitedLog log("zanhu.layer");
std::string node_channel(const std::string& node) {
    return "specific." + node + "!" + std::string(k_node_channel);
}

}  // namespace

RedisNodes::RedisNodes(RedisNode& node, RedisSender& sender)
    : NetworkNodes(node.loop, node_channel(node.id()), node.options.hosts.front().timeout),
      node_(node),
      sender_(sender) {}

// Every node is known on every shard.
Task<std::vector<std::string>> RedisNodes::living() {
    redis::Connection& redis = node_.commands(0);
    std::vector<std::string> nodes;
    const redis::Reply known = co_await redis.call(redis::command("SMEMBERS", node_.keys.nodes()));
    for (const redis::Reply& node : known.items()) {
        if (node.text() == node_.id()) continue;
        const redis::Reply lives =
            co_await redis.call(redis::command("EXISTS", node_.keys.lease(node.text())));
        if (lives.number() > 0) nodes.push_back(node.text());
    }
    co_return nodes;
}

Task<Reach> RedisNodes::broadcast(SharedMessage message) {
    const std::vector<std::string> nodes = co_await living();
    NodeQuestions::Question question(questions_);
    ValueMap fields = message->fields();
    fields.set(std::string(k_reply_key), question.reply_to());
    const SharedMessage asking(LayerMessage::from(std::move(fields)));
    for (const std::string& node : nodes) {
        question.expect(1);
        std::string problem;
        try {
            co_await sender_.send(node_channel(node), asking);
        } catch (const Error& error) {
            problem = error.what();
        }
        if (!problem.empty()) log.warning("node " + node + " is not reached: " + problem);
    }
    co_return co_await question.answers();
}

Task<Reach> RedisNodes::group_send(std::string group, SharedMessage message, std::vector<std::string>& own) {
    std::vector<std::string> nodes = co_await living();
    NodeQuestions::Question question(questions_);
    RedisSender::Asking asking(std::move(nodes), question.reply_to());
    own = co_await sender_.group_send(std::move(group), std::move(message), &asking);
    question.expect(asking.asked);
    co_return co_await question.answers();
}

Task<void> RedisNodes::take(ValueMap fields, std::string reply_to) {
    SharedMessage message(LayerMessage::from(std::move(fields)));
    if (!questions_.take(*message)) co_await broadcast_here(std::move(message), std::move(reply_to));
}

Task<void> RedisNodes::send(std::string channel, SharedMessage message) {
    return sender_.send(std::move(channel), std::move(message));
}

}  // namespace zanhu::layer
