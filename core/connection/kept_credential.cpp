#include "core/connection/kept_credential.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace zanhu::connection {

namespace {

std::uint32_t seconds_of(const std::optional<KeptCredential::Time>& expires) {
    constexpr std::int64_t k_last = std::numeric_limits<std::uint32_t>::max();
    if (!expires) return 0;
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(expires->time_since_epoch()).count();
    return seconds > k_last ? 0 : static_cast<std::uint32_t>(std::max<std::int64_t>(seconds, 1));
}

}  // namespace

KeptCredential::KeptCredential(const Credential& credential) {
    const std::size_t size =
        std::min<std::size_t>(credential.key.size(), std::numeric_limits<std::uint16_t>::max());
    const Head head{seconds_of(credential.expires), static_cast<std::uint16_t>(size), credential.kind};
    data_ = std::make_unique<char[]>(sizeof head + size);
    std::memcpy(data_.get(), &head, sizeof head);
    std::memcpy(data_.get() + sizeof head, credential.key.data(), size);
}

KeptCredential::Head KeptCredential::head() const noexcept {
    Head head;
    std::memcpy(&head, data_.get(), sizeof head);
    return head;
}

Credential::Kind KeptCredential::kind() const noexcept {
    return head().kind;
}

std::string_view KeptCredential::key() const noexcept {
    return {data_.get() + sizeof(Head), head().size};
}

std::optional<KeptCredential::Time> KeptCredential::expires() const noexcept {
    const std::uint32_t seconds = head().expires;
    if (seconds == 0) return std::nullopt;
    return Time(std::chrono::seconds(seconds));
}

}  // namespace zanhu::connection
