#include "core/storage/uuid.h"

#include <Poco/Ascii.h>

namespace zanhu::storage {

namespace {

constexpr std::size_t k_digits = 32;
constexpr std::size_t k_with_hyphens = 36;

constexpr bool is_hyphen_place(std::size_t place) {
    return place == 8 || place == 13 || place == 18 || place == 23;
}

}  // namespace

std::optional<std::string> uuid_digits(std::string_view text) {
    if (text.size() != k_digits && text.size() != k_with_hyphens) return std::nullopt;
    const bool hyphens = text.size() == k_with_hyphens;
    std::string digits;
    digits.reserve(k_digits);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (hyphens && is_hyphen_place(i)) {
            if (c != '-') return std::nullopt;
        } else if (Poco::Ascii::isHexDigit(c)) {
            digits += static_cast<char>(Poco::Ascii::toLower(c));
        } else {
            return std::nullopt;
        }
    }
    return digits;
}

std::string uuid_with_hyphens(std::string_view digits) {
    std::string text(digits);
    if (digits.size() != k_digits) return text;
    for (const std::size_t place : {std::size_t{8}, std::size_t{13}, std::size_t{18}, std::size_t{23}}) {
        text.insert(place, 1, '-');
    }
    return text;
}

}  // namespace zanhu::storage
