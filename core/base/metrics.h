#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace zanhu {

namespace detail {

/// Every thread adds into slots of its own, so that counting costs neither a lock nor a cache line that cores
/// fight for; who reads adds the threads up.
using MetricSlot = std::atomic<std::uint64_t>;

[[gnu::tls_model("initial-exec")]] extern constinit thread_local MetricSlot* metric_slots;
MetricSlot* make_metric_slots() noexcept;

inline void add_to_metric(std::size_t slot, std::uint64_t count) noexcept {
    MetricSlot* slots = metric_slots;
    if (slots == nullptr) [[unlikely]]
        slots = make_metric_slots();
    slots[slot].store(slots[slot].load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
}

}  // namespace detail

enum class MetricKind : std::uint8_t { counter, gauge, histogram };

/// One number of the process under a name and labels, or a histogram. Made by the objects below, found again
/// by whoever makes one of the same name and labels, and kept as long as the program. Any thread may read.
class Metric {
public:
    MetricKind kind() const noexcept { return kind_; }
    const std::string& name() const noexcept { return name_; }  ///< without the prefix of the exposition
    const std::string& help() const noexcept { return help_; }  ///< one sentence
    const std::string& labels() const noexcept {
        return labels_;
    }  ///< as in `code="1000",by="peer"`; or empty
    /// The name, with the labels in braces where there are any.
    std::string title() const;

    /// Of a counter or a gauge; of a histogram, how many were observed.
    std::int64_t value() const noexcept;

    // Of a histogram.
    std::span<const double> bounds() const noexcept { return bounds_; }  ///< seconds, ascending
    std::vector<std::uint64_t> buckets() const;  ///< how many lie below each bound and above the one before;
                                                 ///< one more for the rest
    double sum() const noexcept;                 ///< seconds

private:
    friend class Metrics;
    Metric() = default;

    MetricKind kind_ = MetricKind::counter;
    std::string name_;
    std::string help_;
    std::string labels_;
    std::span<const double> bounds_;
    std::size_t slot_ = 0;
};

/// A number that only grows: how often something happened in this process. At namespace scope of the file
/// that counts; any thread.
class Counter {
public:
    /// The name ends in `_total`, as Prometheus has it. Counters of one name share its help, and differ in
    /// their labels.
    Counter(std::string_view name, std::string_view help, std::string_view labels = {});
    Counter(const Counter&) = delete;
    Counter& operator=(const Counter&) = delete;

    void add(std::uint64_t count = 1) noexcept { detail::add_to_metric(slot_, count); }
    std::uint64_t value() const noexcept { return static_cast<std::uint64_t>(metric_.value()); }

private:
    const Metric& metric_;
    const std::size_t slot_;
};

/// A number that goes up and down: what there is now. As Counter otherwise; one thread may add what another
/// takes away.
class Gauge {
public:
    Gauge(std::string_view name, std::string_view help, std::string_view labels = {});
    Gauge(const Gauge&) = delete;
    Gauge& operator=(const Gauge&) = delete;

    void add(std::int64_t change = 1) noexcept {
        detail::add_to_metric(slot_, static_cast<std::uint64_t>(change));
    }
    void take(std::int64_t change = 1) noexcept { add(-change); }
    std::int64_t value() const noexcept { return metric_.value(); }

private:
    const Metric& metric_;
    const std::size_t slot_;
};

/// How long something took, each time. As Counter otherwise.
class Histogram {
public:
    using Duration = std::chrono::nanoseconds;

    /// The name ends in `_seconds`; `bounds` are ascending, in seconds, and live as long as the program.
    /// Throws std::logic_error when a histogram of that name has other bounds: nobody could add them up.
    Histogram(std::string_view name,
              std::string_view help,
              std::span<const double> bounds,
              std::string_view labels = {});
    Histogram(const Histogram&) = delete;
    Histogram& operator=(const Histogram&) = delete;

    void observe(Duration duration) noexcept;

private:
    std::span<const double> bounds_;
    const std::size_t slot_;
};

/// Observes in a histogram how long it lived.
class Stopwatch {
public:
    explicit Stopwatch(Histogram& histogram) noexcept : histogram_(histogram) {}
    Stopwatch(const Stopwatch&) = delete;
    Stopwatch& operator=(const Stopwatch&) = delete;
    ~Stopwatch() { histogram_.observe(std::chrono::steady_clock::now() - begun_); }

private:
    Histogram& histogram_;
    const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

/// For waits on a network, a disk or a pool.
inline constexpr double k_latency_bounds[] = {
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};

/// Every metric of the process, in order of name and labels.
std::vector<const Metric*> all_metrics();

}  // namespace zanhu
