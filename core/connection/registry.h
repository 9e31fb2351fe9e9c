#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <zanhu/application.h>
#include <zanhu/close_code.h>
#include <zanhu/credential.h>
#include <zanhu/inbox.h>

#include "core/connection/admission.h"
#include "core/connection/compression.h"
#include "core/connection/options.h"
#include "core/net/descriptor.h"
#include "core/net/epoll_loop.h"
#include "core/net/stream.h"
#include "core/net/timer_wheel.h"
#include "core/net/tls_context.h"

namespace zanhu::connection {

class HttpConnection;
class WebsocketConnection;

/// A credential and the id of the user whom it has let in.
struct HeldCredential {
    HeldCredential(Credential what, std::string id) : credential(std::move(what)), user_id(std::move(id)) {}
    Credential credential;
    std::string user_id;
};

/// One loop's connections, and what they share: the application, the options, the clock of the Date header.
/// Owned by the daemon; loop thread only, but for the process-wide count.
class Registry {
public:
    /// The references are to what outlives it; `admission` is shared by all loops that serve together.
    Registry(net::EpollLoop& loop, const Options& options, Application& application, Admission& admission);
    Registry(const Registry&) = delete;
    Registry& operator=(const Registry&) = delete;
    ~Registry();

    /// A new connection; above a limit it is answered with 503 or 429 and closed. Throws what tells that
    /// memory, or epoll's room, is used up: then it is closed, and counts no longer.
    void accept(net::Descriptor descriptor, Entrance entrance = {});
    /// For connections that begin from now on. Loop thread, or before it runs.
    void set_tls(std::shared_ptr<const net::TlsContext> context) noexcept { tls_ = std::move(context); }
    const net::TlsContext& tls() const noexcept { return *tls_; }

    net::EpollLoop& loop() const noexcept { return loop_; }
    const Options& options() const noexcept { return options_; }
    Application& application() const noexcept { return application_; }
    Compression& compression() noexcept { return compression_; }
    Admission& admission() const noexcept { return admission_; }
    bool draining() const noexcept { return draining_; }
    /// The Date header's value, made once a second.
    std::string_view date();
    /// Unique in the process.
    std::uint64_t next_connection_id() const noexcept {
        return next_id_.fetch_add(1, std::memory_order_relaxed);
    }

    /// To every open socket whose consumer takes it; returns how many did.
    std::size_t broadcast(const SharedMessage& message);
    /// Closes the sockets of that user; returns how many.
    std::size_t close_user(std::string_view user_id, CloseCode code, std::string_view reason);
    /// The same for the sockets that came with that session key.
    std::size_t close_session(std::string_view key, CloseCode code, std::string_view reason);
    /// What let people in, of the sockets below `position`, downwards, each credential once, at most `limit`;
    /// moves `position` on, to 0 at the end. Going downwards misses no socket that stays open, whatever comes
    /// and goes between two calls.
    std::vector<HeldCredential> credentials(std::size_t& position, std::size_t limit);
    /// Closes the sockets that came with one of these credentials and whose user is no longer its owner;
    /// returns how many.
    std::size_t close_disowned(const std::vector<HeldCredential>& disowned,
                               CloseCode code,
                               std::string_view reason);
    /// Whether that user or session was closed while this handshake was under way, perhaps after its look-up.
    bool revoked(Scope& scope) const;
    /// Of the scope's session key; 0: none.
    static std::size_t session_hash(Scope& scope);
    /// Refuses what is new with 503, closes every socket with 1001, lets requests under way end.
    void drain();
    /// Connections of this loop that are not gone yet.
    std::size_t size() const noexcept { return https_.size() + websockets_.size(); }
    std::size_t websockets() const noexcept { return websockets_.size(); }

    // For the connections themselves.
    void take(std::unique_ptr<WebsocketConnection> connection);
    /// Frees it at the end of the turn.
    void remove(HttpConnection& connection);
    void remove(WebsocketConnection& connection);
    /// How deep consumers have resumed each other on the stack: a message that would go deeper waits for the
    /// end of the turn.
    unsigned& nesting() noexcept { return nesting_; }

private:
    template <class T>
    using List = std::vector<std::unique_ptr<T>>;
    template <class T>
    void add(List<T>& list, std::unique_ptr<T> connection);
    template <class T>
    void remove_from(List<T>& list, T& connection);

    net::EpollLoop& loop_;
    const Options& options_;
    Application& application_;
    Admission& admission_;
    std::shared_ptr<const net::TlsContext> tls_;  // null without a listener under TLS
    Compression compression_;
    void gave_back();
    void give_back_memory();

    List<HttpConnection> https_;
    List<WebsocketConnection> websockets_;
    struct Revocation {
        std::string user_id;
        std::size_t session_hash;
        std::chrono::steady_clock::time_point until;
    };
    void revoke(std::string user_id, std::size_t session);
    template <class Wanted>
    std::size_t close_where(CloseCode code, std::string_view reason, Wanted wanted);

    std::vector<Revocation> revocations_;
    net::Timer trim_timer_;
    net::Timer trim_pause_;
    std::size_t crowd_ = 0;  // the most connections at a time since memory was last given back
    bool draining_ = false;
    unsigned nesting_ = 0;
    std::time_t date_second_ = 0;
    std::string date_;
    static std::atomic<std::uint64_t> next_id_;
};

}  // namespace zanhu::connection
