#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/metrics.h"

namespace zanhu {

/// The media type of what Exposition writes.
inline constexpr std::string_view k_exposition_type = "text/plain; version=0.0.4; charset=utf-8";

/// Writes metrics in Prometheus' text format, version 0.0.4: families one after the other, each with its
/// HELP and TYPE. A value type; one thread.
class Exposition {
public:
    /// Begins a family; its samples follow.
    void family(std::string_view name, MetricKind kind, std::string_view help);
    /// A sample of the family; `labels` as Metric has them.
    void sample(double value, std::string_view labels = {});
    void sample(std::int64_t value, std::string_view labels = {});

    /// A family with one sample.
    template <class Number>
    void single(std::string_view name, MetricKind kind, std::string_view help, Number value) {
        family(name, kind, help);
        sample(value);
    }
    /// Everything of all_metrics(), each name with `prefix` in front.
    void metrics(std::string_view prefix);

    const std::string& text() const noexcept { return text_; }

private:
    void histogram(const Metric& metric);
    void line(std::string_view suffix,
              std::string_view labels,
              std::string_view more,
              std::string_view value);

    std::string name_;  // of the family
    std::string text_;
};

/// `text` as the value of a label, with its quotation marks.
std::string quoted_label(std::string_view text);

}  // namespace zanhu
