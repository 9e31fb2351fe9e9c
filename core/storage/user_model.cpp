#include "core/storage/user_model.h"

#include <charconv>

#include "core/storage/uuid.h"

namespace zanhu::storage {

std::optional<std::string> UserModel::id_of(std::string_view text) const {
    if (key == Key::uuid) {
        const auto digits = uuid_digits(text);
        return digits ? std::optional(uuid_with_hyphens(*digits)) : std::nullopt;
    }
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return std::to_string(number);
}

}  // namespace zanhu::storage
