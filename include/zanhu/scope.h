#pragma once

#include <any>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <zanhu/headers.h>
#include <zanhu/value.h>

namespace zanhu {

enum class ScopeType : std::uint8_t { http, websocket, channel };

/// An address and port; a Unix socket has the empty address and port 0. A client whose trusted proxy does not
/// tell its address is `unknown`, or what the proxy calls it, which begins with an underscore (RFC 7239).
struct Endpoint {
    std::string address;
    std::uint16_t port = 0;
};

/// What the router found (Channels: scope["url_route"]): positional captures, and keyword captures with their
/// converted values.
struct UrlRoute {
    ValueList args;
    ValueMap kwargs;
    /// The keyword capture as text, for example 7 as "7"; empty when there is none.
    std::string kwarg_text(std::string_view name) const;
};

/// What is known of one connection or request, or of a worker (ASGI's scope). Made and owned by the
/// connection, handed by reference to every application on the way, alive until the outermost
/// Application::run has returned. Home loop only.
class Scope {
public:
    ScopeType type = ScopeType::websocket;
    std::string method;        ///< as sent, upper case by custom
    std::string http_version;  ///< "1.1" or "1.0"
    std::string scheme;        ///< http, https, ws, wss
    std::string path;          ///< percent-decoded, UTF-8
    std::string raw_path;      ///< as sent
    std::string query_string;  ///< as sent, without the question mark
    std::string root_path;
    std::optional<std::string>
        path_remaining;  ///< what an outer router left over; unset before the first router
    Endpoint client;
    Endpoint server;
    std::uint64_t connection_id = 0;  ///< unique in this process
    Headers headers;                  ///< lower-case names in order of arrival
    std::vector<std::string> subprotocols;
    UrlRoute url_route;
    /// Set by a route with a limit of its own: bytes of a client's message; 0: [websocket] max_message_size.
    std::uint32_t max_message_size = 0;
    /// Set by a route that lists its subprotocols, of which `subprotocols` then holds those that the client
    /// offered: an application that accepts without choosing gets the first of them.
    bool choose_subprotocol = false;
    /// Set by an application that wants headers, cookies and session also after it has accepted; otherwise
    /// they are let go then.
    bool keep_request = false;

    /// The channel that a worker serves (ASGI: scope["channel"]); null when the type is not `channel`.
    const std::string* channel() noexcept { return find<std::string>("channel"); }
    void set_channel(std::string name) { set("channel", std::move(name)); }

    /// Typed slots for what middleware adds (`cookies`, `session`, `user`): nullptr when there is none of
    /// that key and type.
    template <class T>
    T* find(std::string_view key) noexcept {
        for (auto& [name, held] : slots_) {
            if (name == key) return std::any_cast<T>(&held);
        }
        return nullptr;
    }
    template <class T>
    T& set(std::string key, T value) {
        remove(key);
        slots_.emplace_back(std::move(key), std::move(value));
        return *std::any_cast<T>(&slots_.back().second);
    }
    void remove(std::string_view key) noexcept;

    /// Frees what only the handshake needed. Called by the connection after the accept unless keep_request is
    /// set.
    void release_request();

private:
    std::vector<std::pair<std::string, std::any>> slots_;
};

}  // namespace zanhu
