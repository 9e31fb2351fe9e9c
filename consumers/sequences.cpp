#include "consumers/sequences.h"

#include <optional>
#include <utility>

namespace zanhu::consumers {

Task<SendResult> respond(Link& link, int status, Headers headers, std::string body) {
    co_await link.send(ResponseStart(status, std::move(headers)));
    co_return co_await link.send(ResponseBody(std::move(body)));
}

Task<SendResult> send_and_close(Link& link, MessageKind kind, std::string message, CloseCode code) {
    co_await link.send(Send(kind, std::move(message)));
    co_return co_await link.send(Close(code));
}

void require_text(const Receive& message) {
    if (!message.is_text()) throw Error("a JSON consumer was sent a binary message; it takes text only");
}

Value require_json(std::string_view text) {
    std::optional<Value> content = parse_json(text);
    if (!content) throw Error("a JSON consumer was sent a message that is not valid JSON");
    return std::move(*content);
}

}  // namespace zanhu::consumers
