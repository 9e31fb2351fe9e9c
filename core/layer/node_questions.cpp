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

NodeQuestions::Question::Question(NodeQuestions& questions)
    : questions_(questions),
      id_(questions.next_++),
      changed_(questions.loop_),
      timer_([](void* self) { static_cast<Question*>(self)->time_over(); }, this) {
    questions_.questions_.emplace(id_, this);
}

NodeQuestions::Question::~Question() {
    questions_.questions_.erase(id_);
}

std::string NodeQuestions::Question::reply_to() const {
    return questions_.own_channel_ + " " + std::to_string(id_);
}

Task<Reach> NodeQuestions::Question::answers() {
    questions_.loop_.schedule(timer_, questions_.patience_);
    while (answered_ < expected_ && !over_)
        co_await changed_.wait();
    Reach reach;
    reach.taken = taken_;
    if (answered_ < expected_) reach.silent_nodes = expected_ - answered_;
    if (reach.silent_nodes > 0)
        log.warning(std::to_string(reach.silent_nodes) + " nodes did not say in time how many they reached");
    co_return reach;
}

void NodeQuestions::Question::time_over() {
    over_ = true;
    changed_.notify();
}

void NodeQuestions::Question::answer(std::size_t taken) {
    taken_ += taken;
    ++answered_;
    changed_.notify();
}

LayerMessage NodeQuestions::answer_to(const std::string& reply_to, std::size_t taken) {
    const std::size_t blank = reply_to.find(' ');
    LayerMessage message(k_reached);
    message.set("question", blank == std::string::npos ? std::string() : reply_to.substr(blank + 1))
        .set("taken", static_cast<std::int64_t>(taken));
    return message;
}

bool NodeQuestions::take(const LayerMessage& message) {
    if (message.type() != k_reached) return false;
    const Value* taken = message.find("taken");
    const auto* number = taken == nullptr ? nullptr : taken->as<std::int64_t>();
    const auto found = questions_.find(parse_id(message.text("question")));
    if (found != questions_.end() && number != nullptr && *number >= 0)
        found->second->answer(static_cast<std::size_t>(*number));
    return true;
}

}  // namespace zanhu::layer
