#include "core/layer/node_questions.h"

#include <charconv>

#include <zanhu/limited_log.h>

namespace zanhu::layer {

namespace {

LimitedLog log("zanhu.layer");
constexpr const char* k_reached = "zanhu.reached";

std::uint64_t parse_id(std::string_view digits) {
    std::uint64_t id = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, id);
    return error == std::errc() && stop == end ? id : 0;
}

}  // namespace

std::uint64_t NodeQuestions::ask() {
    questions_.try_emplace(next_, loop_);
    return next_++;
}

std::string NodeQuestions::reply_to(std::uint64_t question) const {
    return own_channel_ + " " + std::to_string(question);
}

void NodeQuestions::expect(std::uint64_t question, std::size_t nodes) {
    questions_.find(question)->second.expected += nodes;
}

Task<Reach> NodeQuestions::answers(std::uint64_t id) {
    Question& question = questions_.find(id)->second;
    loop_.schedule(question.timer, patience_);
    while (question.answered < question.expected && !question.over)
        co_await question.changed.wait();
    Reach reach;
    reach.taken = question.taken;
    if (question.answered < question.expected) reach.silent_nodes = question.expected - question.answered;
    questions_.erase(id);
    if (reach.silent_nodes > 0)
        log.warning(std::to_string(reach.silent_nodes) + " nodes did not say in time how many they reached");
    co_return reach;
}

LayerMessage NodeQuestions::answer_to(const std::string& reply_to, std::size_t taken) {
    const std::size_t blank = reply_to.find(' ');
    LayerMessage message(k_reached);
    message.set("question", blank == std::string::npos ? std::string() : reply_to.substr(blank + 1))
        .set("taken", static_cast<std::int64_t>(taken));
    return message;
}

bool NodeQuestions::is_answer(const LayerMessage& message) {
    return message.type() == k_reached;
}

void NodeQuestions::take(const LayerMessage& answer) {
    const Value* taken = answer.find("taken");
    const auto* number = taken == nullptr ? nullptr : taken->as<std::int64_t>();
    const auto found = questions_.find(parse_id(answer.text("question")));
    if (found == questions_.end() || number == nullptr || *number < 0) return;
    Question& question = found->second;
    question.taken += static_cast<std::size_t>(*number);
    ++question.answered;
    question.changed.notify();
}

}  // namespace zanhu::layer
