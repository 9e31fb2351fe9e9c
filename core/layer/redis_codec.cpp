#include "core/layer/redis_codec.h"

#include <openssl/rand.h>

#include <ctime>

#include <zanhu/errors.h>

namespace zanhu::layer {

namespace {

// A message is allowed to be a little older than it may wait (channels_redis: serializers.py).
constexpr std::chrono::seconds k_grace{10};

}  // namespace

RedisCodec::RedisCodec(const RedisOptions& options)
    : format_(options.format),
      fernet_(options.encryption_keys),
      random_prefix_(options.random_prefix_length),
      max_age_(options.expiry + k_grace) {}

RedisCodec RedisCodec::for_pubsub(const RedisOptions& options) {
    RedisCodec codec(options);
    codec.random_prefix_ = 0;
    codec.max_age_.reset();
    return codec;
}

std::string RedisCodec::seal(std::string text) const {
    if (!fernet_.empty()) text = fernet_.encrypt(text, std::time(nullptr));
    if (random_prefix_ == 0) return text;
    std::string bytes(random_prefix_, '\0');
    auto* const random = reinterpret_cast<unsigned char*>(bytes.data());
    if (::RAND_bytes(random, static_cast<int>(random_prefix_)) != 1)
        throw Error("the system gives no random numbers");
    return bytes + text;
}

std::optional<ValueMap> RedisCodec::open(std::string_view bytes) const {
    if (bytes.size() < random_prefix_) return std::nullopt;
    bytes.remove_prefix(random_prefix_);
    if (fernet_.empty()) return read_wire(format_, bytes);
    const std::optional<std::string> text = fernet_.decrypt(bytes, std::time(nullptr), max_age_);
    if (!text) return std::nullopt;
    return read_wire(format_, *text);
}

}  // namespace zanhu::layer
