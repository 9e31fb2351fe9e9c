#include "core/connection/compression.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/unit/core/connection/server.h"
#include "tests/unit/core/ws/deflate_peer.h"
#include "tests/unit/core/ws/wire.h"

namespace zanhu::connection::testing {
namespace {

namespace wire = ws::wire;

Options compressing(bool takeover) {
    Options options = Server::quick_options();
    options.compression.enabled = true;
    options.compression.deflate.threshold = 1;
    options.compression.willing.server_no_context_takeover = !takeover;
    options.compression.willing.client_no_context_takeover = !takeover;
    return options;
}

/// A client with compression, whose windows have that many bits.
class DeflateClient {
public:
    DeflateClient(Server& server, const std::string& path, int bits, bool takeover)
        : client(server, path), inflate(bits, takeover), deflate(bits, takeover) {
        const std::string offer = "permessage-deflate; server_max_window_bits=" + std::to_string(bits) +
                                  "; client_max_window_bits=" + std::to_string(bits);
        const auto response = client.handshake("Sec-WebSocket-Extensions: " + offer + "\r\n");
        if (response.status != 101 || !response.has("sec-websocket-extensions: permessage-deflate")) {
            throw std::runtime_error("not agreed on: " + response.head);
        }
    }
    void send(const std::string& text) { client.send_raw(wire::frame(0xC1, deflate(text))); }
    std::string read() {
        const auto frame = client.read_frame();
        if (frame.opcode == 0xC1) return inflate(frame.payload);
        return frame.opcode == 0x81 ? frame.payload : "opcode " + std::to_string(frame.opcode);
    }

    WebsocketClient client;
    wire::Decompressor inflate;
    wire::Compressor deflate;
};

class CompressionTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(CompressionTest);
    CPPUNIT_TEST(messages_are_compressed_both_ways);
    CPPUNIT_TEST(nothing_is_agreed_on_unless_it_is_enabled);
    CPPUNIT_TEST(a_layer_message_is_compressed_once_for_each_window);
    CPPUNIT_TEST(contexts_are_bounded);
    CPPUNIT_TEST(contexts_that_idle_are_given_back_by_a_timer);
    CPPUNIT_TEST_SUITE_END();

public:
    void messages_are_compressed_both_ways() {
        for (const bool takeover : {false, true}) {
            Server server(compressing(takeover));
            DeflateClient client(server, "/", 15, takeover);
            const auto before = counted("deflate_compressed_total");
            for (unsigned i = 0; i < 10; ++i) {
                const std::string text = wire::chat_text(500, i / 2);
                client.send(text);
                CPPUNIT_ASSERT_EQUAL(text, client.read());
            }
            CPPUNIT_ASSERT_EQUAL(before + 10, counted("deflate_compressed_total"));
            // A client may send before it has read the answer to its handshake, and go away at any time.
            client.client.send_raw(wire::frame(0x41, client.deflate("half a message")));
        }
    }

    void nothing_is_agreed_on_unless_it_is_enabled() {
        Server server;
        WebsocketClient client(server, "/");
        const auto response = client.handshake("Sec-WebSocket-Extensions: permessage-deflate\r\n");
        CPPUNIT_ASSERT(response.status == 101 && !response.has("sec-websocket-extensions"));
        client.send_raw(wire::frame(0xC1, wire::Compressor()("Hello")));
        CPPUNIT_ASSERT_EQUAL(1002U, client.read_close());
    }

    void a_layer_message_is_compressed_once_for_each_window() {
        Server server(compressing(true));
        std::vector<std::unique_ptr<DeflateClient>> clients;
        for (int i = 0; i < 30; ++i) {
            const int bits = i % 3 == 0 ? 8 : i % 3 == 1 ? 9 : 15;
            clients.push_back(std::make_unique<DeflateClient>(server, "/forward", bits, true));
        }
        WebsocketClient plain(server, "/forward");
        plain.open();
        const auto before = counted("deflate_shared_compressed_total");
        for (unsigned i = 0; i < 3; ++i) {
            LayerMessage message("news");
            const std::string text = wire::chat_text(400, i);
            message.set("text", text);
            const std::string json = SharedMessage(message).as_json();
            const auto reached = server.home.call(
                [&] { return server.registry->broadcast(SharedMessage(std::move(message))); });
            CPPUNIT_ASSERT_EQUAL(std::size_t{31}, reached);
            CPPUNIT_ASSERT_EQUAL(json, plain.read_text());
            for (auto& client : clients) {
                CPPUNIT_ASSERT_EQUAL(json, client->read());
                client->send(text);  // and between them a message through the connection's own compressor
                CPPUNIT_ASSERT_EQUAL(text, client->read());
            }
            CPPUNIT_ASSERT_EQUAL(before + 2 * (i + 1), counted("deflate_shared_compressed_total"));
        }
    }

    void contexts_are_bounded() {
        Options options = compressing(true);
        options.compression.max_contexts = 2;
        Server server(options);
        auto first = std::make_unique<DeflateClient>(server, "/a", 15, true);
        DeflateClient second(server, "/b", 15, true);
        const auto before = counted("deflate_without_context_total");
        WebsocketClient third(server, "/c");
        const auto response = third.handshake("Sec-WebSocket-Extensions: permessage-deflate\r\n");
        CPPUNIT_ASSERT(response.has("server_no_context_takeover; client_no_context_takeover"));
        CPPUNIT_ASSERT_EQUAL(before + 1, counted("deflate_without_context_total"));
        first.reset();
        server.home.eventually([&server] { return server.registry->compression().pool().takeovers() == 1; });
        WebsocketClient fourth(server, "/d");
        CPPUNIT_ASSERT(
            !fourth.handshake("Sec-WebSocket-Extensions: permessage-deflate\r\n").has("no_context_takeover"));
    }

    void contexts_that_idle_are_given_back_by_a_timer() {
        Options options = compressing(true);
        options.compression.context_timeout = std::chrono::milliseconds(20);
        Server server(options);
        DeflateClient client(server, "/", 15, true);
        for (unsigned i = 0; i < 4; ++i) {
            const std::string text = wire::chat_text(500, i / 2);
            client.send(text);
            CPPUNIT_ASSERT_EQUAL(text, client.read());
            server.home.eventually(
                [&server] { return server.registry->compression().pool().held_contexts() == 0; });
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CompressionTest);

}  // namespace
}  // namespace zanhu::connection::testing
