#include "core/ws/handshake.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <memory>
#include <utility>

#include <zanhu/errors.h>
#include <zanhu/headers.h>

namespace zanhu::ws {
namespace {

constexpr std::size_t k_key_size = 24;  // 16 bytes in base64
constexpr std::string_view k_guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

HandshakeResult refuse(int status, std::string reason) {
    HandshakeResult result;
    result.status = status;
    result.reason = std::move(reason);
    result.needs_allow = status == 405;
    result.needs_upgrade = status == 426;
    result.needs_version = status == 426;
    return result;
}

bool is_base64_character(char c) noexcept {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

// 22 characters hold 132 bits, so that the last 4 of the 22nd have to be zero in the one canonical form.
bool is_canonical_key(std::string_view key) noexcept {
    return key.size() == k_key_size && key.ends_with("==") &&
           std::all_of(key.begin(), key.end() - 2, is_base64_character) &&
           std::string_view("AQgw").find(key[k_key_size - 3]) != std::string_view::npos;
}

HandshakeResult check_head(const HandshakeRequest& request) {
    if (request.method != "GET") return refuse(405, "a WebSocket handshake is a GET request: use GET");
    if (request.http_minor < 1) return refuse(400, "a WebSocket handshake needs HTTP/1.1: use it");
    if (!is_token_list(request.upgrade))
        return refuse(400, "Upgrade is malformed: send 'Upgrade: websocket'");
    if (!is_token_list(request.connection)) {
        return refuse(400, "Connection is malformed: send 'Connection: Upgrade'");
    }
    if (!list_contains_token(request.upgrade, "websocket")) {
        return refuse(426,
                      "this address is a WebSocket: send 'Upgrade: websocket' and 'Connection: Upgrade'");
    }
    if (!list_contains_token(request.connection, "upgrade")) {
        return refuse(400,
                      "Connection does not name Upgrade: send 'Connection: Upgrade' (a proxy may drop it)");
    }
    return {};
}

HandshakeResult check_websocket_fields(const HandshakeRequest& request) {
    const FieldLines version = request.sec_websocket_version;
    if (version.size() != 1 || trim_ows(version[0]) != "13") {
        return refuse(426, "this WebSocket version is not spoken here: send 'Sec-WebSocket-Version: 13'");
    }
    if (request.sec_websocket_key.size() != 1) {
        return refuse(400, "send exactly one Sec-WebSocket-Key: 16 random bytes in base64");
    }
    HandshakeResult result;
    result.key = trim_ows(request.sec_websocket_key[0]);
    if (!is_canonical_key(result.key)) {
        return refuse(400, "Sec-WebSocket-Key is wrong: send 16 random bytes in base64 (24 characters)");
    }
    std::string_view error;
    result.subprotocols = parse_subprotocols(request.sec_websocket_protocol, error);
    if (!error.empty()) return refuse(400, "Sec-WebSocket-Protocol " + std::string(error));
    result.extensions = parse_extensions(request.sec_websocket_extensions, error);
    if (!error.empty()) return refuse(400, "Sec-WebSocket-Extensions " + std::string(error));
    return result;
}

struct FreeDigest {
    void operator()(EVP_MD* digest) const noexcept { EVP_MD_free(digest); }
};

// Fetched once: looking an algorithm up costs OpenSSL 3 more than hashing one block with it.
const EVP_MD* sha1() {
    static const std::unique_ptr<EVP_MD, FreeDigest> digest(EVP_MD_fetch(nullptr, "SHA1", nullptr));
    return digest.get();
}

}  // namespace

bool is_upgrade(const HandshakeRequest& request) noexcept {
    if (list_contains_token(request.upgrade, "websocket")) return true;
    return list_contains_token(request.connection, "upgrade") &&
           (!request.sec_websocket_version.empty() || !request.sec_websocket_key.empty());
}

HandshakeResult check_handshake(const HandshakeRequest& request) {
    HandshakeResult head = check_head(request);
    return head.status == 101 ? check_websocket_fields(request) : head;
}

std::string accept_value(std::string_view key) {
    assert(is_canonical_key(key));
    constexpr std::size_t k_digest_size = 20;
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    std::string text;
    text.reserve(key.size() + k_guid.size());
    text.append(key).append(k_guid);
    const EVP_MD* const algorithm = sha1();
    if (algorithm == nullptr ||
        EVP_Digest(text.data(), text.size(), digest.data(), nullptr, algorithm, nullptr) != 1) {
        throw Error(
            "OpenSSL has no SHA-1, which the WebSocket handshake needs: allow it in its configuration");
    }
    std::array<unsigned char, 29> encoded{};  // 28 characters and the zero that EVP_EncodeBlock adds
    EVP_EncodeBlock(encoded.data(), digest.data(), k_digest_size);
    return {reinterpret_cast<const char*>(encoded.data()), encoded.size() - 1};
}

}  // namespace zanhu::ws
