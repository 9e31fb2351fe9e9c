#include "core/ws/deflate_agreement.h"

#include <algorithm>
#include <string_view>

namespace zanhu::ws {
namespace {

constexpr std::string_view k_name = "permessage-deflate";
constexpr std::string_view k_server_no_context_takeover = "server_no_context_takeover";
constexpr std::string_view k_client_no_context_takeover = "client_no_context_takeover";
constexpr std::string_view k_server_max_window_bits = "server_max_window_bits";
constexpr std::string_view k_client_max_window_bits = "client_max_window_bits";

using Value = std::optional<std::string>;

/// One offer's parameters.
struct Offer {
    bool server_no_context_takeover = false;
    bool client_no_context_takeover = false;
    std::uint8_t server_max_window_bits = 0;  // 0: not in the offer
    std::uint8_t client_max_window_bits = 0;  // likewise; without a value it is the most there is
};

// Takes the parameter that stands alone; false when it has a value or was there before.
bool take_flag(bool& flag, const Value& value) noexcept {
    if (flag || value.has_value()) return false;
    flag = true;
    return true;
}

// 0 for what is no number from 8 to 15 in its shortest form.
std::uint8_t window_bits(std::string_view text) noexcept {
    if (text == "8" || text == "9") return static_cast<std::uint8_t>(text[0] - '0');
    if (text.size() != 2 || text[0] != '1' || text[1] < '0' || text[1] > '5') return 0;
    return static_cast<std::uint8_t>(10 + text[1] - '0');
}

bool take_bits(std::uint8_t& bits, const Value& value) noexcept {
    if (bits != 0 || !value.has_value()) return false;
    bits = window_bits(*value);
    return bits != 0;
}

bool take_parameter(Offer& offer, const ExtensionParameter& parameter) noexcept {
    const auto& [name, value] = parameter;
    if (name == k_server_no_context_takeover) return take_flag(offer.server_no_context_takeover, value);
    if (name == k_client_no_context_takeover) return take_flag(offer.client_no_context_takeover, value);
    if (name == k_server_max_window_bits) return take_bits(offer.server_max_window_bits, value);
    if (name != k_client_max_window_bits) return false;
    if (value.has_value()) return take_bits(offer.client_max_window_bits, value);
    if (offer.client_max_window_bits != 0) return false;
    offer.client_max_window_bits = k_max_window_bits;
    return true;
}

std::optional<Offer> read_offer(const Extension& extension) noexcept {
    Offer offer;
    const bool valid = extension.name == k_name &&
                       std::all_of(extension.parameters.begin(),
                                   extension.parameters.end(),
                                   [&offer](const auto& one) { return take_parameter(offer, one); });
    return valid ? std::optional(offer) : std::nullopt;
}

DeflateParameters accept(const Offer& offer, const DeflateParameters& willing) noexcept {
    DeflateParameters agreed = willing;
    agreed.server_no_context_takeover |= offer.server_no_context_takeover;
    agreed.client_no_context_takeover |= offer.client_no_context_takeover;
    if (offer.server_max_window_bits != 0) {
        agreed.server_max_window_bits = std::min(agreed.server_max_window_bits, offer.server_max_window_bits);
    }
    // A client that does not name the parameter need not understand it (7.1.2.2).
    agreed.client_max_window_bits =
        offer.client_max_window_bits == 0
            ? k_max_window_bits
            : std::min(agreed.client_max_window_bits, offer.client_max_window_bits);
    return agreed;
}

void add(std::string& response, std::string_view name) {
    response.append("; ").append(name);
}

std::string describe(const DeflateParameters& agreed, const Offer& offer) {
    std::string response(k_name);
    if (agreed.server_no_context_takeover) add(response, k_server_no_context_takeover);
    if (agreed.client_no_context_takeover) add(response, k_client_no_context_takeover);
    // Whoever named a window of the server's wants it confirmed (7.1.2.1).
    if (offer.server_max_window_bits != 0 || agreed.server_max_window_bits < k_max_window_bits) {
        add(response, k_server_max_window_bits);
        response.append("=").append(std::to_string(agreed.server_max_window_bits));
    }
    if (agreed.client_max_window_bits < k_max_window_bits) {
        add(response, k_client_max_window_bits);
        response.append("=").append(std::to_string(agreed.client_max_window_bits));
    }
    return response;
}

}  // namespace

std::optional<DeflateAgreement> agree_on_deflate(std::span<const Extension> offers,
                                                 const DeflateParameters& willing) {
    for (const Extension& extension : offers) {
        const std::optional<Offer> offer = read_offer(extension);
        if (!offer.has_value()) continue;
        const DeflateParameters agreed = accept(*offer, willing);
        return DeflateAgreement{agreed, describe(agreed, *offer)};
    }
    return std::nullopt;
}

}  // namespace zanhu::ws
