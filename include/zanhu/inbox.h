#pragma once

#include <cstdint>

#include <zanhu/layer_message.h>

namespace zanhu {

/// `delivered`: it will be handled, or was. `ignored`: the receiver has no handler for its type. `refused`:
/// the receiver's inbox is full or it is closing; counted and logged where it happens.
enum class [[nodiscard]] DeliverResult : std::uint8_t { delivered, ignored, refused };

/// Where a channel layer puts a message: one receiver on one loop. Owned by the receiver; called on its loop
/// only.
class Inbox {
public:
    virtual ~Inbox() = default;
    virtual DeliverResult deliver(const SharedMessage& message) = 0;
};

}  // namespace zanhu
