#include <pthread.h>

#include <algorithm>
#include <cassert>
#include <utility>

#include <zanhu/worker_pool.h>

#include "core/base/exposition.h"
#include "core/base/kept_memory.h"
#include "core/base/metrics.h"
#include "core/base/thread_memory.h"

namespace zanhu {

namespace {

// Jobs that one thread runs inside of each other while it waits.
constexpr unsigned k_max_nesting = 32;

/// Every pool of the process. Never destroyed.
struct Pools {
    static Pools& instance() {
        static Pools& pools = *new Pools;
        return pools;
    }
    std::mutex mutex;  // guards all
    std::vector<WorkerPool*> all;
};

thread_local WorkerPool* this_pool = nullptr;
thread_local unsigned nesting = 0;

}  // namespace

WorkerPool* WorkerPool::current() noexcept {
    return this_pool;
}

struct WorkerPool::Numbers {
    explicit Numbers(const std::string& label)
        : threads("pool_threads", "Threads of the worker pools", label),
          busy("pool_busy_threads", "Threads of the worker pools that run a job", label),
          queued("pool_queued_jobs", "Jobs that wait for a thread", label),
          refused("pool_refused_total", "Jobs refused because the pool's queue was full", label),
          waits("pool_wait_seconds", "How long jobs waited for a thread", k_latency_bounds, label),
          runs("pool_run_seconds", "How long jobs ran", k_latency_bounds, label) {}
    Gauge threads;
    Gauge busy;
    Gauge queued;
    Counter refused;
    Histogram waits;
    Histogram runs;
};

WorkerPool::WorkerPool(std::string name, std::size_t threads, std::size_t queue_limit)
    : name_(std::move(name)),
      queue_limit_(queue_limit),
      numbers_(std::make_unique<Numbers>("pool=" + quoted_label(name_))) {
    assert(threads > 0 && queue_limit > 0);
    numbers_->threads.add(static_cast<std::int64_t>(threads));
    threads_.reserve(threads);
    for (std::size_t i = 0; i < threads; ++i) {
        threads_.emplace_back([this] { work(); });
        pthread_setname_np(threads_.back().native_handle(), ("zanhu-" + name_).substr(0, 15).c_str());
    }
    const std::lock_guard lock(Pools::instance().mutex);
    Pools::instance().all.push_back(this);
}

WorkerPool::~WorkerPool() {
    {
        const std::lock_guard lock(Pools::instance().mutex);
        std::erase(Pools::instance().all, this);
    }
    stop();
}

bool WorkerPool::try_submit(UniqueFunction&& job) {
    {
        const std::lock_guard lock(mutex_);
        const bool nobody_runs = all_wait();
        const auto helps = [](const Wait* wait) { return wait->helps; };
        const bool stuck = nobody_runs && std::none_of(waiting_.begin(), waiting_.end(), helps);
        if (stopping_ || stuck || queue_.size() >= queue_limit_) {
            numbers_->refused.add();
            return false;
        }
        queue_.push_back(Job{std::move(job), std::chrono::steady_clock::now()});
        numbers_->queued.add();
        for (Wait* wait : waiting_) {
            if (nobody_runs) wait->signal.notify_one();
        }
    }
    wake_.notify_one();
    return true;
}

bool WorkerPool::all_wait() const {
    return waiting_.size() == threads_.size();
}

void WorkerPool::wait(Wait& wait) {
    std::unique_lock lock(mutex_);
    wait.helps = nesting < k_max_nesting;
    waiting_.push_back(&wait);
    // The last one to wait may be one that does not help: then those who do must look again.
    if (all_wait() && !queue_.empty()) {
        for (Wait* other : waiting_)
            other->signal.notify_one();
    }
    const auto helps = [](const Wait* other) { return other->helps; };
    while (!wait.over) {
        // What was accepted is run, also when nobody is left who would nest deeper for it.
        const bool others_help = !wait.helps && std::any_of(waiting_.begin(), waiting_.end(), helps);
        if (others_help || !all_wait() || queue_.empty()) {
            wait.signal.wait(lock);
            continue;
        }
        Job job = std::move(queue_.back());
        queue_.pop_back();
        std::erase(waiting_, &wait);
        ++nesting;
        lock.unlock();
        run(std::move(job));
        lock.lock();
        --nesting;
        waiting_.push_back(&wait);
    }
    std::erase(waiting_, &wait);
}

void WorkerPool::end_wait(Wait& wait) {
    const std::lock_guard lock(mutex_);
    wait.over = true;
    wait.signal.notify_one();
}

std::size_t WorkerPool::queued() const {
    const std::lock_guard lock(mutex_);
    return queue_.size();
}

void WorkerPool::free_memory_of_all() {
    const std::lock_guard lock(Pools::instance().mutex);
    for (WorkerPool* pool : Pools::instance().all) {
        const std::lock_guard pool_lock(pool->mutex_);
        ++pool->memory_asked_for_;
        pool->wake_.notify_all();
    }
}

void WorkerPool::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) {
        if (!thread.joinable()) continue;
        thread.join();
        numbers_->threads.take();
    }
}

void WorkerPool::work() {
    this_pool = this;
    std::unique_lock lock(mutex_);
    for (unsigned memory_given = memory_asked_for_;;) {
        wake_.wait(lock, [this, &memory_given] {
            return stopping_ || !queue_.empty() || memory_given != memory_asked_for_;
        });
        if (queue_.empty()) {
            if (stopping_) return;
            memory_given = memory_asked_for_;
            lock.unlock();
            KeptMemory::let_go_of_all();
            free_thread_memory();
            lock.lock();
            continue;
        }
        Job job = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        run(std::move(job));
        lock.lock();
    }
}

void WorkerPool::run(Job job) {
    numbers_->queued.take();
    numbers_->waits.observe(std::chrono::steady_clock::now() - job.submitted);
    numbers_->busy.add();
    {
        const Stopwatch watch(numbers_->runs);
        job.run();
    }
    numbers_->busy.take();
}

}  // namespace zanhu
