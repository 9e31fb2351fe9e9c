#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include <zanhu/scope.h>

#include "core/http/request_head.h"
#include "core/net/stream.h"
#include "core/ws/handshake.h"

namespace zanhu::connection {

/// The fields of a handshake, looked up in a request's head. Views into the head, which must outlive it.
class HandshakeFields {
public:
    explicit HandshakeFields(const http::RequestHead& head);
    const ws::HandshakeRequest& request() const noexcept { return request_; }
    /// What goes with a refusal, as the result says.
    static Headers refusal_headers(const ws::HandshakeResult& result);

private:
    std::vector<std::string_view> lines_[6];
    ws::HandshakeRequest request_;
};

/// Both take the texts out of `head`; what decides the framing of the body stays in it.
std::unique_ptr<Scope> http_scope(http::RequestHead& head, std::uint64_t id, const net::Stream& stream);
std::unique_ptr<Scope> websocket_scope(http::RequestHead& head,
                                       const ws::HandshakeResult& handshake,
                                       std::uint64_t id,
                                       const net::Stream& stream);

}  // namespace zanhu::connection
