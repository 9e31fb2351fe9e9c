#include "consumers/echo.h"

#include <utility>

namespace zanhu::consumers {

void EchoConsumer::receive(Receive message) {
    // A client that is gone meanwhile is told apart by disconnect(), not here.
    (void)(message.is_text() ? send_text(std::move(message.data)) : send_bytes(std::move(message.data)));
}

Task<void> EchoAsyncConsumer::receive(Receive message) {
    co_await link().send(Send(message.kind, std::move(message.data)));
}

}  // namespace zanhu::consumers
