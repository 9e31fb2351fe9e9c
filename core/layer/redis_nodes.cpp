#include "core/layer/redis_nodes.h"

#include <charconv>
#include <utility>

#include <zanhu/errors.h>
#include <zanhu/limited_log.h>

#include "core/redis/command.h"

namespace zanhu::layer {

namespace {

LimitedLog log("zanhu.layer");
constexpr const char* k_reached = "zanhu.reached";

std::string node_channel(const std::string& node) {
    return "specific." + node + "!" + std::string(k_node_channel);
}

std::uint64_t parse_id(std::string_view digits) {
    std::uint64_t id = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, id);
    return error == std::errc() && stop == end ? id : 0;
}

}  // namespace

std::string RedisNodes::reply_to(std::uint64_t id) const {
    return node_channel(node_.id()) + " " + std::to_string(id);
}

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
    const std::uint64_t id = next_id_++;
    Question& question = questions_.try_emplace(id, node_.loop).first->second;
    ValueMap fields = message->fields();
    fields.set(std::string(k_reply_key), reply_to(id));
    const SharedMessage asking(LayerMessage::from(std::move(fields)));
    for (const std::string& node : nodes) {
        ++question.missing;
        std::string problem;
        try {
            co_await sender_.send(node_channel(node), asking);
        } catch (const Error& error) {
            problem = error.what();
        }
        if (!problem.empty()) log.warning("node " + node + " is not reached: " + problem);
    }
    co_return co_await await_answers(id);
}

Task<Reach> RedisNodes::group_send(std::string group, SharedMessage message, std::vector<std::string>& own) {
    std::vector<std::string> nodes = co_await living();
    const std::uint64_t id = next_id_++;
    Question& question = questions_.try_emplace(id, node_.loop).first->second;
    RedisSender::Asking asking(std::move(nodes), reply_to(id));
    std::exception_ptr failure;
    try {
        own = co_await sender_.group_send(std::move(group), std::move(message), &asking);
        question.missing += asking.asked;
    } catch (const Error&) {
        failure = std::current_exception();
    }
    if (failure) {
        questions_.erase(id);
        std::rethrow_exception(failure);
    }
    co_return co_await await_answers(id);
}

// Answers may be here before this waits for them: they are counted as they come.
Task<Reach> RedisNodes::await_answers(std::uint64_t id) {
    Question& question = questions_.find(id)->second;
    node_.loop.schedule(question.timer, node_.options.hosts.front().timeout);
    while (question.missing > 0 && !question.over)
        co_await question.changed.wait();
    Reach reach;
    reach.taken = question.taken;
    reach.silent_nodes = question.missing;
    questions_.erase(id);
    if (reach.silent_nodes > 0)
        log.warning(std::to_string(reach.silent_nodes) + " nodes did not say in time how many they reached");
    co_return reach;
}

Task<void> RedisNodes::take(ValueMap fields, std::string reply) {
    SharedMessage message(LayerMessage::from(std::move(fields)));
    if (message->type() != k_reached) {
        const std::size_t taken = broadcast_ ? co_await broadcast_(message) : 0;
        co_await answer(std::move(reply), taken);
        co_return;
    }
    const Value* taken = message->find("taken");
    const auto found = questions_.find(parse_id(message->text("question")));
    if (found == questions_.end() || taken == nullptr || taken->as<std::int64_t>() == nullptr) co_return;
    Question& question = found->second;
    question.taken += static_cast<std::size_t>(*taken->as<std::int64_t>());
    --question.missing;
    question.changed.notify();
}

Task<void> RedisNodes::answer(std::string reply, std::size_t taken) {
    const std::size_t blank = reply.find(' ');
    if (blank == std::string::npos) co_return;
    LayerMessage message(k_reached);
    message.set("question", reply.substr(blank + 1)).set("taken", static_cast<std::int64_t>(taken));
    SharedMessage shared(std::move(message));
    std::string problem;
    try {
        co_await sender_.send(reply.substr(0, blank), std::move(shared));
    } catch (const Error& error) {
        problem = error.what();
    }
    if (!problem.empty()) log.warning("another node does not hear how many were reached: " + problem);
}

}  // namespace zanhu::layer
