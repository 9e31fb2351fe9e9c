#include "core/layer/redis_nodes.h"

#include <exception>
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
    : node_(node),
      sender_(sender),
      questions_(node.loop, node_channel(node.id()), node.options.hosts.front().timeout) {}

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
    const std::uint64_t question = questions_.ask();
    ValueMap fields = message->fields();
    fields.set(std::string(k_reply_key), questions_.reply_to(question));
    const SharedMessage asking(LayerMessage::from(std::move(fields)));
    for (const std::string& node : nodes) {
        questions_.expect(question, 1);
        std::string problem;
        try {
            co_await sender_.send(node_channel(node), asking);
        } catch (const Error& error) {
            problem = error.what();
        }
        if (!problem.empty()) log.warning("node " + node + " is not reached: " + problem);
    }
    co_return co_await questions_.answers(question);
}

Task<Reach> RedisNodes::group_send(std::string group, SharedMessage message, std::vector<std::string>& own) {
    std::vector<std::string> nodes = co_await living();
    const std::uint64_t question = questions_.ask();
    RedisSender::Asking asking(std::move(nodes), questions_.reply_to(question));
    std::exception_ptr failure;
    try {
        own = co_await sender_.group_send(std::move(group), std::move(message), &asking);
        questions_.expect(question, asking.asked);
    } catch (const Error&) {
        failure = std::current_exception();
    }
    if (failure) {
        questions_.withdraw(question);
        std::rethrow_exception(failure);
    }
    co_return co_await questions_.answers(question);
}

Task<void> RedisNodes::take(ValueMap fields, std::string reply_to) {
    SharedMessage message(LayerMessage::from(std::move(fields)));
    if (NodeQuestions::is_answer(*message)) {
        questions_.take(*message);
        co_return;
    }
    const std::size_t taken = broadcast_ ? co_await broadcast_(message) : 0;
    co_await answer(std::move(reply_to), taken);
}

Task<void> RedisNodes::answer(std::string reply_to, std::size_t taken) {
    if (reply_to.empty()) co_return;
    SharedMessage shared(NodeQuestions::answer_to(reply_to, taken));
    std::string problem;
    try {
        co_await sender_.send(NodeQuestions::channel_of(reply_to), std::move(shared));
    } catch (const Error& error) {
        problem = error.what();
    }
    if (!problem.empty()) log.warning("another node does not hear how many were reached: " + problem);
}

}  // namespace zanhu::layer
