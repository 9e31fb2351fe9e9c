#include "core/connection/connection_metrics.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include <zanhu/limited_log.h>

#include "core/base/metrics.h"

namespace zanhu::connection {

namespace {

constexpr char k_handshakes[] = "websocket_handshakes_total";
constexpr char k_handshakes_help[] = "WebSocket handshakes by how they were answered";
Counter accepted(k_handshakes, k_handshakes_help, "outcome=\"accepted\"");
Counter invalid(k_handshakes, k_handshakes_help, "outcome=\"invalid\"");
Counter denied(k_handshakes, k_handshakes_help, "outcome=\"denied\"");
Counter no_route(k_handshakes, k_handshakes_help, "outcome=\"no_route\"");
Counter over_limit(k_handshakes, k_handshakes_help, "outcome=\"over_limit\"");
Counter failed(k_handshakes, k_handshakes_help, "outcome=\"failed\"");
Counter unavailable(k_handshakes, k_handshakes_help, "outcome=\"unavailable\"");
Counter timed_out(k_handshakes, k_handshakes_help, "outcome=\"timed_out\"");
Histogram accept_times("websocket_handshake_seconds",
                       "From a handshake's request to its acceptance by the application",
                       k_latency_bounds);

Counter& handshake_counter(int status) noexcept {
    switch (status) {
        case 101:
            return accepted;
        case 400:
        case 405:
        case 426:
            return invalid;
        case 404:
            return no_route;
        case 429:
            return over_limit;
        case 500:
            return failed;
        case 503:
            return unavailable;
        case 504:
            return timed_out;
        default:
            return denied;
    }
}

/// The codes that have a label of their own; what clients invent has one together.
constexpr std::uint16_t k_codes[] = {
    1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 4401};
constexpr std::string_view k_ranges[] = {"3xxx", "4xxx", "other"};

/// The counters of one side.
class CloseCounters {
public:
    explicit CloseCounters(const std::string& by)
        : codes_(make(by, std::make_index_sequence<std::size(k_codes)>())),
          ranges_{counter(by, k_ranges[0]), counter(by, k_ranges[1]), counter(by, k_ranges[2])} {}

    void count(CloseCode code) noexcept {
        const auto number = static_cast<std::uint16_t>(code);
        const auto* const found = std::find(std::begin(k_codes), std::end(k_codes), number);
        if (found != std::end(k_codes)) {
            codes_[static_cast<std::size_t>(found - std::begin(k_codes))].add();
        } else {
            ranges_[number / 1000 == 3 ? 0 : number / 1000 == 4 ? 1 : 2].add();
        }
    }

private:
    static Counter counter(const std::string& by, std::string_view code) {
        return Counter("websocket_closed_total",
                       "Open WebSockets that ended, by the code and by whose close frame it was",
                       "by=\"" + by + "\",code=\"" + std::string(code) + '"');
    }
    template <std::size_t... Index>
    static std::array<Counter, std::size(k_codes)> make(const std::string& by,
                                                        std::index_sequence<Index...>) {
        return {counter(by, std::to_string(k_codes[Index]))...};
    }

    std::array<Counter, std::size(k_codes)> codes_;
    std::array<Counter, std::size(k_ranges)> ranges_;
};

CloseCounters by_server("server");
CloseCounters by_client("client");
CloseCounters by_nobody("nobody");

Counter unfinished("application_unfinished_total", "Applications that did not end in time after Disconnect");
LimitedLog unfinished_log("zanhu.connection");

constexpr char k_responses[] = "http_responses_total";
constexpr char k_responses_help[] = "Responses to plain HTTP requests, by the class of their status";
Counter responses[] = {Counter(k_responses, k_responses_help, "class=\"1xx\""),
                       Counter(k_responses, k_responses_help, "class=\"2xx\""),
                       Counter(k_responses, k_responses_help, "class=\"3xx\""),
                       Counter(k_responses, k_responses_help, "class=\"4xx\""),
                       Counter(k_responses, k_responses_help, "class=\"5xx\"")};

}  // namespace

void count_handshake(int status) noexcept {
    handshake_counter(status).add();
}

void observe_accept(std::chrono::nanoseconds duration) noexcept {
    accept_times.observe(duration);
}

void count_close(ClosedBy by, CloseCode code) noexcept {
    (by == ClosedBy::server ? by_server : by == ClosedBy::client ? by_client : by_nobody).count(code);
}

void count_unfinished(std::string_view path, std::chrono::milliseconds timeout) {
    unfinished.add();
    unfinished_log.warning("the application for " + std::string(path) + " has not ended " +
                           std::to_string(timeout.count()) + " ms after Disconnect");
}

void count_response(int status) noexcept {
    responses[std::clamp(status / 100, 1, 5) - 1].add();
}

}  // namespace zanhu::connection
