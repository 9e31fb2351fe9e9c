#include "core/connection/registry.h"

#include <malloc.h>

#include <algorithm>
#include <cassert>
#include <chrono>
#include <functional>
#include <set>
#include <tuple>
#include <utility>

#include <zanhu/session.h>
#include <zanhu/user.h>
#include <zanhu/worker_pool.h>

#include "core/base/fan_out.h"
#include "core/base/frame_pool.h"
#include "core/base/metrics.h"
#include "core/base/thread_memory.h"
#include "core/connection/http_connection.h"
#include "core/connection/websocket_connection.h"
#include "core/http/response.h"

namespace zanhu::connection {

namespace {

Counter accepted("connections_accepted_total", "Connections accepted from the kernel");
Gauge open_https("connections", "Open connections by what they speak", "kind=\"http\"");
Gauge open_websockets("connections", "Open connections by what they speak", "kind=\"websocket\"");

Gauge& gauge_of(const HttpConnection&) noexcept {
    return open_https;
}
Gauge& gauge_of(const WebsocketConnection&) noexcept {
    return open_websockets;
}

// Memory goes back to the system when half of a loop's crowd of at least so many connections has gone, and a
// little later, so that one trim serves all who leave together. Connections that come and go in equal numbers
// cause none.
constexpr std::size_t k_crowd = 256;
constexpr std::chrono::milliseconds k_trim_delay{1000};
// For the pools' threads to give back theirs first.
constexpr std::chrono::milliseconds k_trim_pause{250};

/// Kind, key and the user's id.
using CredentialKey = std::tuple<Credential::Kind, std::string_view, std::string_view>;

}  // namespace

std::atomic<std::uint64_t> Registry::next_id_{1};

Registry::Registry(net::EpollLoop& loop,
                   const Options& options,
                   Application& application,
                   Admission& admission)
    : loop_(loop),
      options_(options),
      application_(application),
      admission_(admission),
      compression_(loop, options.compression),
      trim_timer_([](void* self) { static_cast<Registry*>(self)->give_back_memory(); }, this),
      trim_pause_([](void*) { ::malloc_trim(0); }, nullptr) {}

Registry::~Registry() {
    assert(size() == 0);
}

template <class T>
void Registry::add(List<T>& list, std::unique_ptr<T> connection) {
    connection->index = list.size();
    list.push_back(std::move(connection));
    gauge_of(*list.back()).add();
    crowd_ = std::max(crowd_, size());
}

template <class T>
void Registry::remove_from(List<T>& list, T& connection) {
    loop_.at_end_of_turn([this, &list, &connection] {
        const std::size_t index = connection.index;
        std::swap(list[index], list.back());
        list[index]->index = index;
        gauge_of(*list.back()).take();
        const bool gone = !list.back()->upgraded();
        list.pop_back();
        if (gone) gave_back();
    });
}

void Registry::gave_back() {
    // What a crowd of connections used lies scattered in the allocator, which returns none of it by itself.
    admission_.leave();
    if (crowd_ < k_crowd || size() > crowd_ / 2 || trim_timer_.scheduled()) return;
    crowd_ = size();
    loop_.schedule(trim_timer_, k_trim_delay);
}

void Registry::give_back_memory() {
    // What is kept for the next connections was theirs: it lies scattered, and would hold a page each.
    free_kept_frames();
    loop_.give_back_memory();
    https_.shrink_to_fit();
    websockets_.shrink_to_fit();
    free_thread_memory();
    WorkerPool::free_memory_of_all();
    loop_.schedule(trim_pause_, k_trim_pause);
}

void Registry::accept(net::Descriptor descriptor, Entrance entrance) {
    accepted.add();
    const bool full = !admission_.enter();
    const std::size_t before = https_.size();
    try {
        add(https_, std::make_unique<HttpConnection>(*this, std::move(descriptor), entrance));
        https_.back()->start(full);
    } catch (...) {
        if (https_.size() > before) {
            open_https.take();
            https_.pop_back();
        }
        admission_.leave();
        throw;
    }
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

template <class Wanted>
std::size_t Registry::close_where(CloseCode code, std::string_view reason, Wanted wanted) {
    std::size_t closed = 0;
    for (std::size_t i = 0; i < websockets_.size(); ++i) {
        WebsocketConnection& connection = *websockets_[i];
        if (connection.is_ending() || !wanted(connection)) continue;
        connection.close_from_server(code, reason);
        ++closed;
    }
    return closed;
}

std::size_t Registry::close_user(std::string_view user_id, CloseCode code, std::string_view reason) {
    revoke(std::string(user_id), 0);
    return close_where(code, reason, [user_id](WebsocketConnection& connection) {
        const User* user = connection.scope().find<User>("user");
        return user != nullptr && user->is_authenticated() && user->id() == user_id;
    });
}

std::size_t Registry::close_session(std::string_view key, CloseCode code, std::string_view reason) {
    const std::size_t session = std::hash<std::string_view>()(key);
    revoke({}, session);
    return close_where(code, reason, [session](WebsocketConnection& connection) {
        return connection.session_hash() == session;
    });
}

std::vector<HeldCredential> Registry::credentials(std::size_t& position, std::size_t limit) {
    std::vector<HeldCredential> found;
    std::set<CredentialKey> seen;  // views into sockets, none of which goes now
    position = std::min(position, websockets_.size());
    while (position > 0 && found.size() < limit) {
        WebsocketConnection& connection = *websockets_[--position];
        const KeptCredential& kept = connection.credential();
        if (!kept || connection.is_ending() || kept.kind() == Credential::Kind::claim) continue;
        const User* user = connection.scope().find<User>("user");
        if (user == nullptr || !seen.emplace(kept.kind(), kept.key(), user->id()).second) continue;
        found.emplace_back(Credential(kept.kind(), std::string(kept.key())), user->id());
    }
    return found;
}

std::size_t Registry::close_disowned(const std::vector<HeldCredential>& disowned,
                                     CloseCode code,
                                     std::string_view reason) {
    std::set<CredentialKey> wanted;
    for (const HeldCredential& held : disowned)
        wanted.emplace(held.credential.kind, held.credential.key, held.user_id);
    return close_where(code, reason, [&wanted](WebsocketConnection& connection) {
        const KeptCredential& kept = connection.credential();
        const User* user = kept ? connection.scope().find<User>("user") : nullptr;
        return user != nullptr && wanted.contains({kept.kind(), kept.key(), user->id()});
    });
}

std::size_t Registry::session_hash(Scope& scope) {
    const auto* session = scope.find<Session>("session");
    return session == nullptr || session->key().empty() ? 0 : std::hash<std::string_view>()(session->key());
}

void Registry::revoke(std::string user_id, std::size_t session) {
    const auto now = loop_.now();
    std::erase_if(revocations_, [now](const Revocation& old) { return old.until < now; });
    revocations_.push_back(Revocation{std::move(user_id), session, now + options_.handshake_timeout});
}

bool Registry::revoked(Scope& scope) const {
    if (revocations_.empty()) return false;
    const auto* user = scope.find<User>("user");
    const std::size_t session = session_hash(scope);
    return std::any_of(revocations_.begin(), revocations_.end(), [&](const Revocation& one) {
        if (one.until < loop_.now()) return false;
        const bool same_user = user != nullptr && !one.user_id.empty() && user->id() == one.user_id;
        return same_user || (session != 0 && session == one.session_hash);
    });
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
