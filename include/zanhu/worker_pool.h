#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <zanhu/unique_function.h>

namespace zanhu {

/// A named pool of threads for work that blocks: database, password hashes, handlers of synchronous
/// consumers. Owned by the daemon, which stops it after the last loop has ended. Any thread may submit. The
/// queue is bounded; when it is full the job is refused, never dropped later. A running job cannot be
/// stopped: give statements time-outs.
class WorkerPool {
public:
    /// REQUIRES: threads > 0 and queue_limit > 0.
    WorkerPool(std::string name, std::size_t threads, std::size_t queue_limit);
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;
    ~WorkerPool();  ///< as stop()

    const std::string& name() const noexcept { return name_; }
    /// False when the queue is full or the pool is stopping; the job is then untouched. The job must not
    /// throw.
    [[nodiscard]] bool try_submit(UniqueFunction&& job);
    /// The most jobs that may wait for a thread.
    std::size_t queue_limit() const noexcept { return queue_limit_; }
    /// The pool of which this is a thread; null on any other.
    static WorkerPool* current() noexcept;

    /// One wait of a thread of the pool for a loop. On its stack.
    struct Wait {
        std::condition_variable signal;
        bool over = false;
        bool helps = true;  ///< not so deep in jobs of others that its stack is at stake
    };
    /// Waits on a thread of this pool until end_wait(). While every thread of the pool waits so, they run
    /// what is queued, the newest first: a task that a thread waits for may need the pool itself, and would
    /// wait for ever.
    void wait(Wait& wait);
    /// From any other thread.
    void end_wait(Wait& wait);

    /// Jobs that wait for a thread.
    std::size_t queued() const;
    /// The threads of all pools let go of what the process keeps for later use, and give back the memory that
    /// the allocator keeps for each of them, those that are busy when they are not any more. Any thread.
    static void free_memory_of_all();
    /// Refuses new jobs, runs those that were accepted, and joins the threads. Not from a thread of the pool.
    void stop();

private:
    struct Job {
        UniqueFunction run;
        std::chrono::steady_clock::time_point submitted;
    };
    struct Numbers;
    void work();
    void run(Job job);
    bool all_wait() const;

    const std::string name_;
    const std::size_t queue_limit_;
    const std::unique_ptr<Numbers> numbers_;  // for the metrics
    mutable std::mutex mutex_;                // guards what follows, but for threads_
    std::condition_variable wake_;
    std::deque<Job> queue_;
    bool stopping_ = false;
    unsigned memory_asked_for_ = 0;  // how often the threads were asked for theirs
    std::vector<Wait*> waiting_;     // one a thread that waits for a loop
    std::vector<std::thread> threads_;
};

}  // namespace zanhu
