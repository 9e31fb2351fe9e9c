#include "core/connection/registry.h"

#include <malloc.h>

#include <cassert>
#include <chrono>
#include <utility>

#include <zanhu/user.h>

#include "core/base/metrics.h"
#include "core/connection/http_connection.h"
#include "core/connection/websocket_connection.h"
#include "core/http/response.h"

namespace zanhu::connection {

namespace {

Counter accepted("connections_accepted_total", "Connections accepted from the kernel");
Counter over_limit("connections_over_limit_total",
                   "Connections answered with 503 because of [server] max_connections");

// Between two writes of a broadcast, as in a group's fan-out.
constexpr std::size_t k_deliveries_a_flush = 64;

// Memory goes back to the system after so many connections have gone, and a little later, so that a crowd
// that leaves together costs one trim.
constexpr std::size_t k_gone_before_trim = 512;
constexpr std::chrono::milliseconds k_trim_delay{1000};

}  // namespace

std::atomic<std::size_t> Registry::total_{0};
std::atomic<std::uint64_t> Registry::next_id_{1};

Registry::Registry(net::EpollLoop& loop, const Options& options, Application& application)
    : loop_(loop),
      options_(options),
      application_(application),
      trim_timer_([](void*) { ::malloc_trim(0); }, nullptr) {}

Registry::~Registry() {
    assert(size() == 0);
}

template <class T>
void Registry::add(List<T>& list, std::unique_ptr<T> connection) {
    connection->index = list.size();
    list.push_back(std::move(connection));
    total_.fetch_add(1, std::memory_order_relaxed);
}

template <class T>
void Registry::remove_from(List<T>& list, T& connection) {
    loop_.at_end_of_turn([this, &list, &connection] {
        const std::size_t index = connection.index;
        std::swap(list[index], list.back());
        list[index]->index = index;
        list.pop_back();
        total_.fetch_sub(1, std::memory_order_relaxed);
        gave_back();
    });
}

void Registry::gave_back() {
    // What a crowd of connections used lies scattered in the allocator, which returns none of it by itself.
    if (++gone_since_trim_ < k_gone_before_trim || trim_timer_.scheduled()) return;
    gone_since_trim_ = 0;
    loop_.schedule(trim_timer_, k_trim_delay);
}

void Registry::accept(int descriptor) {
    accepted.add();
    const bool full = total() >= options_.max_connections;
    auto connection = std::make_unique<HttpConnection>(*this, descriptor);
    HttpConnection& made = *connection;
    add(https_, std::move(connection));
    if (!full) return;
    over_limit.add();
    made.refuse_busy();
}

void Registry::take(std::unique_ptr<WebsocketConnection> connection) {
    add(websockets_, std::move(connection));
}

void Registry::remove(HttpConnection& connection) {
    remove_from(https_, connection);
}

void Registry::remove(WebsocketConnection& connection) {
    remove_from(websockets_, connection);
}

std::string_view Registry::date() {
    const std::time_t now = std::time(nullptr);
    if (now != date_second_) {
        date_second_ = now;
        date_ = http::http_date(now);
    }
    return date_;
}

std::size_t Registry::broadcast(const SharedMessage& message) {
    std::size_t taken = 0;
    for (std::size_t i = 0; i < websockets_.size(); ++i) {
        Inbox* inbox = websockets_[i]->inbox();
        if (inbox != nullptr && inbox->deliver(message) == DeliverResult::delivered) ++taken;
        if (i % k_deliveries_a_flush == k_deliveries_a_flush - 1) loop_.flush_output();
    }
    return taken;
}

std::size_t Registry::close_user(std::string_view user_id, CloseCode code, std::string_view reason) {
    std::size_t closed = 0;
    for (std::size_t i = 0; i < websockets_.size(); ++i) {
        const User* user = websockets_[i]->scope().find<User>("user");
        if (user == nullptr || user->is_anonymous() || user->id() != user_id) continue;
        websockets_[i]->close_from_server(code, reason);
        ++closed;
    }
    return closed;
}

void Registry::drain() {
    draining_ = true;
    for (std::size_t i = 0; i < websockets_.size(); ++i) {
        websockets_[i]->close_from_server(CloseCode::going_away, "the server is shutting down");
    }
    for (const auto& http : https_)
        http->drain();
}

}  // namespace zanhu::connection
