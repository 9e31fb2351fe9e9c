#include "core/layer/network_nodes.h"

#include <utility>

#include <zanhu/errors.h>
#include <zanhu/limited_log.h>

namespace zanhu::layer {

namespace {

LimitedLog log("zanhu.layer");

}  // namespace

Task<void> NetworkNodes::broadcast_here(SharedMessage message, std::string reply_to) {
    std::size_t taken = 0;
    if (broadcast_) taken = co_await broadcast_(std::move(message));
    co_await answer(std::move(reply_to), taken);
}

Task<void> NetworkNodes::answer(std::string reply_to, std::size_t taken) {
    if (reply_to.empty()) co_return;
    SharedMessage message(NodeQuestions::answer_to(reply_to, taken));
    std::string problem;
    try {
        co_await send(NodeQuestions::channel_of(reply_to), std::move(message));
    } catch (const Error& error) {
        problem = error.what();
    }
    if (!problem.empty()) log.warning("another node does not hear how many were reached: " + problem);
}

}  // namespace zanhu::layer
