#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include <zanhu/layer_message.h>

#include "core/net/epoll_loop.h"
#include "core/net/outbox.h"
#include "core/net/timer_wheel.h"
#include "core/ws/deflate.h"
#include "core/ws/deflate_agreement.h"
#include "core/ws/deflate_pool.h"

namespace zanhu::connection {

/// [deflate] of the configuration.
struct CompressionOptions {
    bool enabled = false;
    ws::DeflateParameters willing;
    ws::DeflateOptions deflate;
    std::size_t max_contexts = 1000;  ///< sockets of a loop that may keep something between messages
    std::chrono::milliseconds context_timeout{60'000};
};

/// One loop's part in permessage-deflate: agrees on it with clients, owns what their connections share, and
/// takes back what they do not use. Owned by the loop's registry, on its thread.
class Compression {
public:
    Compression(net::EpollLoop& loop, const CompressionOptions& options);

    /// What is agreed on with a client that made these offers; nothing when compression is not enabled.
    std::optional<ws::DeflateAgreement> agree(std::span<const ws::Extension> offers) const;
    /// For a connection whose handshake is answered with that agreement.
    std::unique_ptr<ws::Deflate> make(const ws::DeflateParameters& parameters);

    /// The compressed frame for a message, valid until the next one; empty: it goes as it is.
    static std::string_view frame(ws::Deflate* deflate, ws::Opcode opcode, std::string_view message);
    /// The frame for one receiver of a layer message (`deflate` null: without compression), made once for all
    /// receivers of the same kind.
    static const net::SharedBytes& frame(ws::Deflate* deflate, const SharedMessage& message);

    const ws::DeflatePool& pool() const noexcept { return pool_; }

private:
    void sweep();
    void sweep_later();

    net::EpollLoop& loop_;
    const CompressionOptions& options_;
    ws::DeflatePool pool_;
    net::Timer timer_;
};

}  // namespace zanhu::connection
