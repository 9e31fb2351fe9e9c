#include <pthread.h>

#include <cassert>
#include <utility>

#include <zanhu/worker_pool.h>

#include "core/base/exposition.h"
#include "core/base/metrics.h"

namespace zanhu {

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
}

WorkerPool::~WorkerPool() {
    stop();
}

bool WorkerPool::try_submit(UniqueFunction&& job) {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_ || queue_.size() >= queue_limit_) {
            numbers_->refused.add();
            return false;
        }
        queue_.push_back(Job{std::move(job), std::chrono::steady_clock::now()});
        numbers_->queued.add();
    }
    wake_.notify_one();
    return true;
}

std::size_t WorkerPool::queued() const {
    const std::lock_guard lock(mutex_);
    return queue_.size();
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
    std::unique_lock lock(mutex_);
    for (;;) {
        wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
        if (queue_.empty()) return;
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
