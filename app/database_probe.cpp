#include "app/database_probe.h"

#include <chrono>
#include <utility>

#include <zanhu/errors.h>
#include <zanhu/event_loop.h>

namespace zanhu::app {

namespace {

constexpr std::chrono::milliseconds k_patience{2000};
constexpr std::chrono::milliseconds k_look_again{10};

}  // namespace

void DatabaseProbe::ask(State& state) {
    std::string problem;
    try {
        database_.read(
            [](storage::Connection& connection) { connection.select("SELECT {id} FROM {users} LIMIT 1"); });
    } catch (const std::exception& error) {
        problem = error.what();
    }
    const std::lock_guard lock(state.mutex);
    state.problem = std::move(problem);
    state.under_way = false;
    ++state.answers;
}

Task<std::string> DatabaseProbe::problem() {
    std::uint64_t before = 0;
    {
        const std::lock_guard lock(state_.mutex);
        before = state_.answers;
        if (!state_.under_way) {
            state_.under_way = pool_.try_submit([this] { ask(state_); });
            if (!state_.under_way) co_return "the queue of the db pool is full";
        }
    }
    EventLoop& loop = *EventLoop::current();
    const auto begun = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() - begun < k_patience) {
        co_await loop.sleep_for(k_look_again, CancelToken());
        const std::lock_guard lock(state_.mutex);
        if (state_.answers != before) co_return state_.problem;
    }
    co_return "no answer within 2 s";
}

}  // namespace zanhu::app
