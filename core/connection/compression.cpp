#include "core/connection/compression.h"

#include <malloc.h>

#include <utility>

#include "core/base/metrics.h"
#include "core/ws/frame.h"

namespace zanhu::connection {

namespace {

Counter agreed("deflate_agreed_total", "WebSocket handshakes that agreed on permessage-deflate");
Counter without_context("deflate_without_context_total",
                        "Of those, without contexts because [deflate] max_contexts were in use");
Counter compressed("deflate_compressed_total", "Messages that were compressed for one client");
Counter compressed_from("deflate_compressed_from_bytes_total", "Bytes of those messages");
Counter compressed_to("deflate_compressed_to_bytes_total", "Bytes of their frames");
Counter shared_compressed("deflate_shared_compressed_total",
                          "Frames of layer messages that were compressed, once for many clients");

Counter given_back("deflate_contexts_given_back_total",
                   "Compressors and inflaters taken back from connections that did not use them");

// What so many contexts held, some mebibytes, goes back to the system: the allocator alone returns none of it
// while anything lies behind it.
constexpr std::size_t k_many = 16;

static_assert(ws::Deflate::k_variants < SharedMessage::k_variants);

}  // namespace

Compression::Compression(net::EpollLoop& loop, const CompressionOptions& options)
    : loop_(loop),
      options_(options),
      pool_(options.deflate),
      timer_([](void* self) { static_cast<Compression*>(self)->sweep(); }, this) {}

std::optional<ws::DeflateAgreement> Compression::agree(std::span<const ws::Extension> offers) const {
    if (!options_.enabled) return std::nullopt;
    ws::DeflateParameters willing = options_.willing;
    if (willing.takes_over() && pool_.takeovers() >= options_.max_contexts) {
        willing.server_no_context_takeover = willing.client_no_context_takeover = true;
        without_context.add();
    }
    return ws::agree_on_deflate(offers, willing);
}

std::unique_ptr<ws::Deflate> Compression::make(const ws::DeflateParameters& parameters) {
    agreed.add();
    auto deflate = std::make_unique<ws::Deflate>(pool_, parameters);
    if (!timer_.scheduled()) sweep_later();
    return deflate;
}

void Compression::sweep() {
    const std::size_t released = pool_.sweep();
    given_back.add(released);
    if (released >= k_many) ::malloc_trim(0);
    sweep_later();
}

// One timer for all of a loop's contexts: what idles is found at the second sweep.
void Compression::sweep_later() {
    if (pool_.connections() > 0) loop_.schedule(timer_, options_.context_timeout);
}

std::string_view Compression::frame(ws::Deflate* deflate, ws::Opcode opcode, std::string_view message) {
    if (deflate == nullptr) return {};
    const std::string_view frame = deflate->compress(opcode, message);
    if (frame.empty()) return {};
    compressed.add();
    compressed_from.add(message.size());
    compressed_to.add(frame.size());
    return frame;
}

const net::SharedBytes& Compression::frame(ws::Deflate* deflate, const SharedMessage& message) {
    const unsigned variant = deflate == nullptr ? 0 : deflate->variant(message.as_json());
    const net::SharedBytes& frame = message.frame(variant, [variant, deflate](const std::string& json) {
        if (variant == 0) {
            return std::make_shared<const std::string>(ws::encode_frame(ws::Opcode::text, json));
        }
        shared_compressed.add();
        return std::make_shared<const std::string>(deflate->shared_frame(ws::Opcode::text, json));
    });
    if (variant != 0) deflate->sends_shared(*frame);
    return frame;
}

}  // namespace zanhu::connection
