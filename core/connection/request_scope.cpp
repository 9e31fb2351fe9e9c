#include "core/connection/request_scope.h"

#include <utility>

#include "core/net/address.h"

namespace zanhu::connection {

namespace {

enum Line : std::size_t { k_connection, k_upgrade, k_version, k_key, k_protocol, k_extensions };

/// ASGI's name for what the connection speaks.
const char* scheme_of(ScopeType type, bool secure) noexcept {
    if (type == ScopeType::websocket) return secure ? "wss" : "ws";
    return secure ? "https" : "http";
}

std::unique_ptr<Scope> make_scope(http::RequestHead& head,
                                  ScopeType type,
                                  std::uint64_t id,
                                  const net::Stream& stream) {
    auto scope = std::make_unique<Scope>();
    scope->type = type;
    scope->method = std::move(head.method);
    scope->http_version = head.minor_version == 1 ? "1.1" : "1.0";
    scope->scheme = scheme_of(type, stream.is_secure());
    scope->path = std::move(head.path);
    scope->raw_path = std::move(head.raw_path);
    scope->query_string = std::move(head.query_string);
    scope->headers = std::move(head.headers);
    scope->client = stream.peer();
    scope->server = stream.local();
    scope->connection_id = id;
    return scope;
}

}  // namespace

HandshakeFields::HandshakeFields(const http::RequestHead& head)
    : lines_{head.headers.all("connection"),
             head.headers.all("upgrade"),
             head.headers.all("sec-websocket-version"),
             head.headers.all("sec-websocket-key"),
             head.headers.all("sec-websocket-protocol"),
             head.headers.all("sec-websocket-extensions")} {
    request_.method = head.method;
    request_.http_minor = head.minor_version;
    request_.connection = lines_[k_connection];
    request_.upgrade = lines_[k_upgrade];
    request_.sec_websocket_version = lines_[k_version];
    request_.sec_websocket_key = lines_[k_key];
    request_.sec_websocket_protocol = lines_[k_protocol];
    request_.sec_websocket_extensions = lines_[k_extensions];
}

Headers HandshakeFields::refusal_headers(const ws::HandshakeResult& result) {
    Headers headers;
    if (result.needs_version) headers.add("sec-websocket-version", "13");
    if (result.needs_upgrade) headers.add("upgrade", "websocket");
    if (result.needs_allow) headers.add("allow", "GET");
    return headers;
}

std::unique_ptr<Scope> http_scope(http::RequestHead& head, std::uint64_t id, const net::Stream& stream) {
    return make_scope(head, ScopeType::http, id, stream);
}

std::unique_ptr<Scope> websocket_scope(http::RequestHead& head,
                                       const ws::HandshakeResult& handshake,
                                       std::uint64_t id,
                                       const net::Stream& stream) {
    std::vector<std::string> subprotocols(handshake.subprotocols.begin(), handshake.subprotocols.end());
    auto scope = make_scope(head, ScopeType::websocket, id, stream);
    scope->subprotocols = std::move(subprotocols);
    return scope;
}

}  // namespace zanhu::connection
