// The fields of a handshake: one a line, in the order of HandshakeRequest.
#include "core/ws/handshake.h"

#include <array>
#include <string_view>
#include <vector>

#include "tests/fuzz/target.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view rest = zanhu::fuzz::text_of(data, size);
    std::array<std::vector<std::string_view>, 6> fields;
    for (std::size_t i = 0; !rest.empty(); ++i) {
        const std::size_t end = rest.find('\n');
        fields[i % fields.size()].push_back(rest.substr(0, end));
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    zanhu::ws::HandshakeRequest request;
    request.method = "GET";
    request.connection = fields[0];
    request.upgrade = fields[1];
    request.sec_websocket_version = fields[2];
    request.sec_websocket_key = fields[3];
    request.sec_websocket_protocol = fields[4];
    request.sec_websocket_extensions = fields[5];
    const zanhu::ws::HandshakeResult result = zanhu::ws::check_handshake(request);
    zanhu::fuzz::require(result.status == 101 || !result.reason.empty());
    if (result.status == 101) {
        zanhu::fuzz::require(zanhu::ws::is_upgrade(request));
        zanhu::fuzz::require(zanhu::ws::accept_value(result.key).size() == 28);
    }
    return 0;
}
