#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <zanhu/value.h>

#include "core/layer/fernet.h"
#include "core/layer/redis_options.h"
#include "core/layer/wire.h"

namespace zanhu::layer {

/// A message between its map and the bytes in Redis: serializer, encryption, random prefix
/// (channels_redis: BaseMessageSerializer). Constant after it was made; any thread.
class RedisCodec {
public:
    explicit RedisCodec(const RedisOptions& options);
    /// Of the pub/sub format: without a random prefix and without a maximum age.
    static RedisCodec for_pubsub(const RedisOptions& options);

    WireBody body(const ValueMap& fields) const { return WireBody(format_, fields); }
    /// From a body's text to the bytes in Redis.
    std::string seal(std::string text) const;
    /// The way back; std::nullopt for what cannot be read.
    std::optional<ValueMap> open(std::string_view bytes) const;

private:
    Format format_;
    Fernet fernet_;
    std::size_t random_prefix_;
    std::optional<std::chrono::seconds> max_age_;
};

}  // namespace zanhu::layer
