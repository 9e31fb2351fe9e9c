#include "core/base/exposition.h"

#include <charconv>
#include <cmath>

namespace zanhu {

namespace {

std::string number_text(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
    char text[32];
    // Digits without an exponent, as people write a bucket's bound, where they are not too many.
    const double size = std::abs(value);
    const bool plain = size == 0 || (size >= 1e-6 && size < 1e15);
    const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
    const auto [end, error] = std::to_chars(text, text + sizeof text, value, format);
    return error == std::errc() ? std::string(text, end) : "NaN";
}

const char* kind_name(MetricKind kind) {
    switch (kind) {
        case MetricKind::counter:
            return "counter";
        case MetricKind::gauge:
            return "gauge";
        case MetricKind::histogram:
            break;
    }
    return "histogram";
}

std::string escaped(std::string_view text, bool quotes) {
    std::string result;
    for (const char c : text) {
        if (c == '\n') {
            result += "\\n";
            continue;
        }
        if (c == '\\' || (quotes && c == '"')) result += '\\';
        result += c;
    }
    return result;
}

}  // namespace

std::string quoted_label(std::string_view text) {
    return '"' + escaped(text, true) + '"';
}

void Exposition::family(std::string_view name, MetricKind kind, std::string_view help) {
    name_ = name;
    text_ += "# HELP " + name_ + ' ' + escaped(help, false) + '\n';
    text_ += "# TYPE " + name_ + ' ' + kind_name(kind) + '\n';
}

void Exposition::sample(double value, std::string_view labels) {
    line({}, labels, {}, number_text(value));
}

void Exposition::sample(std::int64_t value, std::string_view labels) {
    line({}, labels, {}, std::to_string(value));
}

void Exposition::line(std::string_view suffix,
                      std::string_view labels,
                      std::string_view more,
                      std::string_view value) {
    text_ += name_;
    text_ += suffix;
    if (!labels.empty() || !more.empty()) {
        text_ += '{';
        text_ += labels;
        if (!labels.empty() && !more.empty()) text_ += ',';
        text_ += more;
        text_ += '}';
    }
    text_ += ' ';
    text_ += value;
    text_ += '\n';
}

void Exposition::histogram(const Metric& metric) {
    const auto bounds = metric.bounds();
    const auto buckets = metric.buckets();
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < buckets.size(); ++i) {
        below += buckets[i];
        const std::string bound = i < bounds.size() ? number_text(bounds[i]) : "+Inf";
        line("_bucket", metric.labels(), "le=\"" + bound + '"', std::to_string(below));
    }
    line("_sum", metric.labels(), {}, number_text(metric.sum()));
    line("_count", metric.labels(), {}, std::to_string(below));
}

void Exposition::metrics(std::string_view prefix) {
    std::string_view open;
    for (const Metric* metric : all_metrics()) {
        if (metric->name() != open) {
            open = metric->name();
            family(std::string(prefix) + metric->name(), metric->kind(), metric->help());
        }
        if (metric->kind() == MetricKind::histogram) {
            histogram(*metric);
        } else {
            sample(metric->value(), metric->labels());
        }
    }
}

}  // namespace zanhu
