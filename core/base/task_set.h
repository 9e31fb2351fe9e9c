#pragma once

#include <coroutine>
#include <cstddef>
#include <list>
#include <utility>

#include <zanhu/event_loop.h>
#include <zanhu/task.h>

namespace zanhu {

/// Roots that one object starts and waits for before it ends. The tasks must not throw. Owned by that object;
/// its loop's thread only.
class TaskSet {
public:
    explicit TaskSet(EventLoop& loop) noexcept : loop_(loop) {}
    TaskSet(const TaskSet&) = delete;
    TaskSet& operator=(const TaskSet&) = delete;

    std::size_t size() const noexcept { return roots_.size(); }

    /// Runs it until its first suspension.
    void start(Task<void> task) {
        Root& root = roots_.emplace_back(*this, std::move(task));
        root.self = std::prev(roots_.end());
        root.task.start([](void* ended) { static_cast<Root*>(ended)->set.ended(*static_cast<Root*>(ended)); },
                        &root);
    }

    /// `co_await set.all()`: until none is left.
    auto all() noexcept { return All(*this); }

private:
    struct Root {
        Root(TaskSet& owner, Task<void> t) : set(owner), task(std::move(t)) {}
        TaskSet& set;
        Task<void> task;
        std::list<Root>::iterator self;
    };
    class All {
    public:
        explicit All(TaskSet& set) noexcept : set_(set) {}
        bool await_ready() const noexcept { return set_.roots_.empty(); }
        void await_suspend(std::coroutine_handle<> awaiter) noexcept { set_.awaiter_ = awaiter; }
        void await_resume() const noexcept {}

    private:
        TaskSet& set_;
    };

    // From within its last suspension a task may not be freed.
    void ended(Root& root) {
        loop_.post([this, &root] {
            roots_.erase(root.self);
            if (roots_.empty() && awaiter_) std::exchange(awaiter_, nullptr).resume();
        });
    }

    EventLoop& loop_;
    std::list<Root> roots_;
    std::coroutine_handle<> awaiter_;
};

}  // namespace zanhu
