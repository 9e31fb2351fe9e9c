#include "tests/unit/core/connection/server.h"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <utility>

#include "core/base/metrics.h"
#include "core/ws/handshake.h"
#include "tests/unit/core/ws/wire.h"

namespace zanhu::connection::testing {

namespace wire = ws::wire;

Options Server::quick_options() {
    Options options;
    options.head_timeout = options.body_timeout = options.keep_alive_timeout = std::chrono::hours(1);
    options.handshake_timeout = options.close_timeout = options.disconnect_timeout = std::chrono::hours(1);
    options.ping_interval = Options::Duration(0);
    options.layer_expiry = options.outbox_soft_timeout = std::chrono::hours(1);
    return options;
}

Server::Server(Options server_options, Admission::Limits limits)
    : options(std::move(server_options)), admission(limits) {
    registry =
        home.call([this] { return std::make_unique<Registry>(home.loop, options, application, admission); });
}

Server::~Server() {
    try {
        release();
        wait_for_end();
        home.call([this] { registry.reset(); });
    } catch (const std::exception& error) {
        std::fprintf(stderr,
                     "a connection or its application does not end: %s\n%s\n",
                     error.what(),
                     application.log.c_str());
        std::abort();
    }
}

void Server::release() {
    home.call([this] {
        if (auto held = std::exchange(application.held, nullptr)) held.resume();
    });
}

test::SocketPeer Server::connect(bool over_tcp) {
    const auto ends = over_tcp ? test::SocketPeer::tcp_pair() : test::SocketPeer::pair();
    home.call([this, ends] { registry->accept(ends.ours); });
    return test::SocketPeer(ends.theirs);
}

std::uint64_t counted(std::string_view name) {
    for (const Metric* metric : all_metrics()) {
        if (metric->title() == name) return static_cast<std::uint64_t>(metric->value());
    }
    throw std::logic_error("no counter of that name");
}

void HttpClient::request(const std::string& method, const std::string& target, const std::string& more) {
    peer.send(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n");
}

HttpClient::Response HttpClient::read_response(bool without_body) {
    Response response;
    response.head = peer.read_head();
    response.status = std::stoi(response.head.substr(9, 3));
    std::transform(response.head.begin(), response.head.end(), response.head.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    if (without_body || response.status < 200 || response.status == 204) return response;
    const std::size_t length = response.head.find("content-length: ");
    if (length != std::string::npos) {
        response.body = peer.read(std::stoul(response.head.substr(length + 16)));
    } else if (response.has("transfer-encoding: chunked")) {
        for (;;) {
            std::string line;
            while (!line.ends_with("\r\n"))
                line += peer.read(1);
            const std::size_t size = std::stoul(line, nullptr, 16);
            response.body += peer.read(size);
            if (peer.read(2) != "\r\n") throw std::runtime_error("a chunk without its end");
            if (size == 0) break;
        }
    } else {
        response.body = peer.read_to_end();
    }
    return response;
}

std::string WebsocketClient::request(const std::string& path, const std::string& more) {
    return "GET " + path +
           " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
           more + "\r\n";
}

HttpClient::Response WebsocketClient::handshake(const std::string& more) {
    http.peer.send(request(path_, more));
    return http.read_response();
}

void WebsocketClient::open() {
    const auto response = handshake();
    if (response.status != 101) throw std::runtime_error("not accepted: " + response.head);
}

void WebsocketClient::send(std::string_view text) {
    http.peer.send(wire::frame(0x81, text));
}

void WebsocketClient::send_close(unsigned code) {
    http.peer.send(wire::frame(0x88, code == 0 ? std::string() : wire::code_bytes(code)));
}

WebsocketClient::Frame WebsocketClient::read_frame() {
    const std::string start = http.peer.read(2);
    const auto byte = [](char c) { return static_cast<std::size_t>(static_cast<unsigned char>(c)); };
    std::size_t length = byte(start[1]);
    const std::size_t more = length == 126 ? 2 : length == 127 ? 8 : 0;
    if (more > 0) {
        length = 0;
        for (const char c : http.peer.read(more))
            length = length * 256 + byte(c);
    }
    Frame frame;
    frame.opcode = static_cast<unsigned>(byte(start[0]));
    frame.payload = http.peer.read(length);
    return frame;
}

std::string WebsocketClient::read_text() {
    const Frame frame = read_frame();
    if (frame.opcode != 0x81) throw std::runtime_error("not a text: opcode " + std::to_string(frame.opcode));
    return frame.payload;
}

unsigned WebsocketClient::read_close() {
    const Frame frame = read_frame();
    if (frame.opcode != 0x88) throw std::runtime_error("not a close: opcode " + std::to_string(frame.opcode));
    if (frame.payload.empty()) return 0;
    return static_cast<unsigned char>(frame.payload[0]) * 256U + static_cast<unsigned char>(frame.payload[1]);
}

}  // namespace zanhu::connection::testing
