#pragma once

#include <chrono>
#include <future>
#include <optional>
#include <stdexcept>
#include <thread>
#include <type_traits>
#include <utility>

#include "core/net/epoll_loop.h"

namespace zanhu::test {

/// A loop on a thread of its own, for the test's thread to talk to. Owned by the test; declared after what
/// runs on it, so that it ends first.
class LoopThread {
public:
    LoopThread() : thread_([this] { loop.run(); }) {}
    LoopThread(const LoopThread&) = delete;
    LoopThread& operator=(const LoopThread&) = delete;
    ~LoopThread() {
        loop.stop();
        thread_.join();
    }

    /// Runs `f` on the loop and gives its result or its exception.
    template <class F>
    std::invoke_result_t<F&> call(F f) {
        std::promise<std::invoke_result_t<F&>> promise;
        auto result = promise.get_future();
        loop.post([&promise, &f] {
            try {
                if constexpr (std::is_void_v<std::invoke_result_t<F&>>) {
                    f();
                    promise.set_value();
                } else {
                    promise.set_value(f());
                }
            } catch (...) {
                promise.set_exception(std::current_exception());
            }
        });
        return result.get();
    }

    /// Runs the task that `make()` gives to its end, on the loop, and gives its result or its exception.
    template <class F>
    auto run(F make) -> decltype(make().result()) {
        using T = decltype(make().result());
        Task<T> task;
        std::promise<void> ended;
        loop.post([&] {
            task = make();
            task.start([](void* promise) { static_cast<std::promise<void>*>(promise)->set_value(); }, &ended);
        });
        ended.get_future().get();
        // From within its last suspension a task may not be freed: that turn has to pass.
        return call([&task]() -> T {
            Task<T> own = std::move(task);
            return own.result();
        });
    }

    /// Waits until `holds()`, asked on the loop, is true. Throws std::runtime_error when that takes longer
    /// than any healthy test would.
    template <class F>
    void eventually(F holds) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (!call(holds)) {
            if (std::chrono::steady_clock::now() > deadline) {
                throw std::runtime_error("what the test waits for did not happen");
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    }

    net::EpollLoop loop;

private:
    std::thread thread_;
};

}  // namespace zanhu::test
