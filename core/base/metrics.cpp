#include "core/base/metrics.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <tuple>

namespace zanhu {

namespace {

// 8 KiB a thread; what the whole program defines takes a third of it.
constexpr std::size_t k_slots = 1024;
constexpr double k_nanoseconds_a_second = 1e9;

using detail::MetricSlot;
using Slots = std::array<MetricSlot, k_slots>;

}  // namespace

/// Knows every metric and every thread's slots. One for the process, never destroyed: threads may outlive
/// main().
class Metrics {
public:
    static Metrics& instance() {
        static Metrics& metrics = *new Metrics;
        return metrics;
    }

    const Metric& find_or_make(MetricKind kind,
                               std::string_view name,
                               std::string_view help,
                               std::string_view labels,
                               std::span<const double> bounds) {
        const std::lock_guard lock(mutex_);
        for (const Metric& known : metrics_) {
            if (known.name_ != name) continue;
            if (known.kind_ != kind) throw std::logic_error("two kinds of the metric " + known.name_);
            if (!std::ranges::equal(known.bounds_, bounds))
                throw std::logic_error("two sets of bounds of the histogram " + known.name_);
            if (known.labels_ == labels) return known;
        }
        // A histogram has a slot for each bucket, one for the rest, and one for the sum.
        const std::size_t slots = kind == MetricKind::histogram ? bounds.size() + 2 : 1;
        if (used_ + slots > k_slots) throw std::logic_error("more metrics than k_slots holds");
        Metric metric;
        metric.kind_ = kind;
        metric.name_ = name;
        metric.help_ = help;
        metric.labels_ = labels;
        metric.bounds_ = bounds;
        metric.slot_ = used_;
        used_ += slots;
        metrics_.push_back(std::move(metric));
        return metrics_.back();
    }

    static std::size_t slot_of(const Metric& metric) noexcept { return metric.slot_; }

    std::uint64_t sum(std::size_t slot) noexcept {
        const std::lock_guard lock(mutex_);
        std::uint64_t sum = ended_[slot].load(std::memory_order_relaxed);
        for (const Slots* slots : threads_)
            sum += (*slots)[slot].load(std::memory_order_relaxed);
        return sum;
    }

    std::vector<const Metric*> all() {
        std::vector<const Metric*> metrics;
        {
            const std::lock_guard lock(mutex_);
            for (const Metric& metric : metrics_)
                metrics.push_back(&metric);
        }
        std::sort(metrics.begin(), metrics.end(), [](const Metric* a, const Metric* b) {
            return std::tie(a->name(), a->labels()) < std::tie(b->name(), b->labels());
        });
        return metrics;
    }

    void enter(const Slots& slots) {
        const std::lock_guard lock(mutex_);
        threads_.push_back(&slots);
    }
    void leave(const Slots& slots) noexcept {
        const std::lock_guard lock(mutex_);
        std::erase(threads_, &slots);
        for (std::size_t i = 0; i < used_; ++i)
            ended_[i].fetch_add(slots[i].load(std::memory_order_relaxed), std::memory_order_relaxed);
    }
    /// Where a thread counts whose own slots are gone already: together with others in the same state.
    MetricSlot* of_the_ended() noexcept { return ended_.data(); }

private:
    std::mutex mutex_;  // guards all but ended_
    std::deque<Metric> metrics_;
    std::size_t used_ = 0;
    std::vector<const Slots*> threads_;
    Slots ended_{};
};

namespace detail {

constinit thread_local MetricSlot* metric_slots = nullptr;

namespace {

struct ThreadSlots {
    ThreadSlots() { Metrics::instance().enter(slots); }
    ~ThreadSlots() {
        metric_slots = Metrics::instance().of_the_ended();
        Metrics::instance().leave(slots);
    }
    Slots slots{};
};

}  // namespace

MetricSlot* make_metric_slots() noexcept {
    thread_local ThreadSlots mine;
    return metric_slots = mine.slots.data();
}

}  // namespace detail

std::string Metric::title() const {
    return labels_.empty() ? name_ : name_ + '{' + labels_ + '}';
}

std::int64_t Metric::value() const noexcept {
    if (kind_ == MetricKind::counter) return static_cast<std::int64_t>(Metrics::instance().sum(slot_));
    // One thread's addition may be read after another's subtraction of the same.
    if (kind_ == MetricKind::gauge)
        return std::max<std::int64_t>(static_cast<std::int64_t>(Metrics::instance().sum(slot_)), 0);
    std::int64_t count = 0;
    for (std::size_t i = 0; i <= bounds_.size(); ++i)
        count += static_cast<std::int64_t>(Metrics::instance().sum(slot_ + i));
    return count;
}

std::vector<std::uint64_t> Metric::buckets() const {
    assert(kind_ == MetricKind::histogram);
    std::vector<std::uint64_t> counts;
    for (std::size_t i = 0; i <= bounds_.size(); ++i)
        counts.push_back(Metrics::instance().sum(slot_ + i));
    return counts;
}

double Metric::sum() const noexcept {
    assert(kind_ == MetricKind::histogram);
    const auto nanoseconds = Metrics::instance().sum(slot_ + bounds_.size() + 1);
    return static_cast<double>(nanoseconds) / k_nanoseconds_a_second;
}

Counter::Counter(std::string_view name, std::string_view help, std::string_view labels)
    : metric_(Metrics::instance().find_or_make(MetricKind::counter, name, help, labels, {})),
      slot_(Metrics::slot_of(metric_)) {}

Gauge::Gauge(std::string_view name, std::string_view help, std::string_view labels)
    : metric_(Metrics::instance().find_or_make(MetricKind::gauge, name, help, labels, {})),
      slot_(Metrics::slot_of(metric_)) {}

Histogram::Histogram(std::string_view name,
                     std::string_view help,
                     std::span<const double> bounds,
                     std::string_view labels)
    : bounds_(bounds),
      slot_(Metrics::slot_of(
          Metrics::instance().find_or_make(MetricKind::histogram, name, help, labels, bounds))) {}

void Histogram::observe(Duration duration) noexcept {
    const auto nanoseconds = std::max<std::int64_t>(duration.count(), 0);
    const double seconds = static_cast<double>(nanoseconds) / k_nanoseconds_a_second;
    std::size_t bucket = 0;
    while (bucket < bounds_.size() && seconds > bounds_[bucket])
        ++bucket;
    detail::add_to_metric(slot_ + bucket, 1);
    detail::add_to_metric(slot_ + bounds_.size() + 1, static_cast<std::uint64_t>(nanoseconds));
}

std::vector<const Metric*> all_metrics() {
    return Metrics::instance().all();
}

}  // namespace zanhu
