#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/core/connection/server.h"
#include "tests/unit/core/ws/wire.h"

namespace zanhu::connection::testing {
namespace {

namespace wire = ws::wire;
using std::chrono::milliseconds;

/// Bounds: of what waits for the client, for the application, and on the stack.
class WebsocketFlowTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(WebsocketFlowTest);
    CPPUNIT_TEST(a_slow_reader_suspends_the_sender_until_it_reads);
    CPPUNIT_TEST(a_sender_that_is_suspended_hears_of_the_end);
    CPPUNIT_TEST(more_than_the_hard_limit_closes_with_1013);
    CPPUNIT_TEST(too_long_above_the_soft_limit_closes_with_1013);
    CPPUNIT_TEST(pings_of_a_slow_reader_are_bounded_too);
    CPPUNIT_TEST(a_full_socket_inbox_stops_reading_and_goes_on_later);
    CPPUNIT_TEST(large_messages_that_wait_stay_what_they_are);
    CPPUNIT_TEST(a_mebibyte_comes_back_through_network_pieces_of_one_byte);
    CPPUNIT_TEST(a_server_can_close_while_the_inbox_is_full);
    CPPUNIT_TEST(a_full_layer_inbox_closes_with_1013);
    CPPUNIT_TEST(a_full_layer_inbox_may_drop_the_oldest_instead);
    CPPUNIT_TEST(an_old_layer_message_is_left_out_and_counted);
    CPPUNIT_TEST(a_broadcast_reaches_every_socket_and_counts_them);
    CPPUNIT_TEST(a_forwarded_event_goes_straight_to_the_client_and_stays_in_order);
    CPPUNIT_TEST(a_client_that_is_gone_when_its_early_message_is_answered);
    CPPUNIT_TEST(a_chain_of_many_consumers_does_not_grow_the_stack);
    CPPUNIT_TEST_SUITE_END();

public:
    void a_slow_reader_suspends_the_sender_until_it_reads() {
        Options options = Server::quick_options();
        options.outbox_soft = 100'000;
        options.outbox_hard = 100'000'000;
        Server server(options);
        WebsocketClient client(server, "/");
        client.open();
        for (int i = 0; i < 3; ++i)
            client.send("send 2000000");
        server.wait_for_log("send 2000000 ");
        client.send_raw(wire::frame(0x89, "still read"));
        CPPUNIT_ASSERT_EQUAL(std::string("connect send 2000000 "), server.log());
        for (int i = 0; i < 3; ++i)
            CPPUNIT_ASSERT_EQUAL(std::size_t(2'000'000), read_text_among_pongs(client).size());
        server.wait_for_log("send 2000000 sent send 2000000 sent send 2000000 sent ");
    }

    void a_sender_that_is_suspended_hears_of_the_end() {
        Options options = Server::quick_options();
        options.outbox_soft = 100'000;
        options.outbox_hard = 100'000'000;
        Server server(options);
        WebsocketClient client(server, "/");
        client.open();
        client.send("send 2000000");
        server.wait_for_log("send 2000000 ");
        client.http.peer.close();
        server.wait_for_end();
        CPPUNIT_ASSERT_EQUAL(std::string("connect send 2000000 closed disconnect 1006 "), server.log());
    }

    void more_than_the_hard_limit_closes_with_1013() {
        Options options = Server::quick_options();
        options.outbox_soft = 1'000'000;
        options.outbox_hard = 2'000'000;
        Server server(options);
        WebsocketClient client(server, "/");
        client.open();
        const auto before = counted("outbox_slow_closed_total");
        client.send("send 10000000");
        server.wait_for_log("disconnect 1013 ");
        CPPUNIT_ASSERT_EQUAL(before + 1, counted("outbox_slow_closed_total"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(10'000'000), client.read_text().size());
        CPPUNIT_ASSERT_EQUAL(1013U, client.read_close());
        CPPUNIT_ASSERT(client.http.peer.read_to_end().empty());
    }

    void too_long_above_the_soft_limit_closes_with_1013() {
        Options options = Server::quick_options();
        options.outbox_soft = 100'000;
        options.outbox_hard = 100'000'000;
        options.outbox_soft_timeout = milliseconds(50);
        Server server(options);
        WebsocketClient client(server, "/");
        client.open();
        client.send("send 5000000");
        server.wait_for_log("closed disconnect 1013 ");
        CPPUNIT_ASSERT_EQUAL(std::size_t(5'000'000), client.read_text().size());
        CPPUNIT_ASSERT_EQUAL(1013U, client.read_close());
    }

    void pings_of_a_slow_reader_are_bounded_too() {
        Options options = Server::quick_options();
        options.outbox_soft = 50'000;
        options.outbox_hard = 100'000;
        Server server(options);
        WebsocketClient client(server, "/");
        client.open();
        std::string pings;
        for (int i = 0; i < 1000; ++i)
            pings += wire::frame(0x89, std::string(125, 'p'));
        std::size_t at = 0;
        server.home.eventually([&] {
            at = (at + client.http.peer.send_some(std::string_view(pings).substr(at))) % pings.size();
            return server.application.log.ends_with("disconnect 1013 ");
        });
    }

    void a_full_socket_inbox_stops_reading_and_goes_on_later() {
        Options options = Server::quick_options();
        options.inbox_messages = 4;
        Server server(options);
        WebsocketClient client(server, "/");
        client.open();
        hold_application(server, client);
        const std::string frame = wire::frame(0x81, std::string(10'000, 'x'));
        std::string left;
        constexpr int k_messages = 300;
        for (int i = 0; i < k_messages; ++i)
            left += frame;
        const std::size_t taken = send_until_full(server, client, left);
        CPPUNIT_ASSERT(taken < left.size());
        server.release();
        std::string rest = left.substr(taken);
        int echoes = 0;
        while (echoes < k_messages) {
            rest.erase(0, client.http.peer.send_some(rest));
            CPPUNIT_ASSERT_EQUAL(std::size_t(10'000), client.read_text().size());
            ++echoes;
        }
        CPPUNIT_ASSERT(rest.empty());
    }

    void large_messages_that_wait_stay_what_they_are() {
        Server server;
        WebsocketClient client(server, "/");
        client.open();
        hold_application(server, client);
        std::vector<std::string> sent;
        for (std::size_t i = 0; i < 12; ++i) {
            std::string payload;
            for (std::size_t at = 0; at < 16'000 + i * 5'000; ++at)
                payload += static_cast<char>('a' + (at * 7 + i * 3 + at / 26) % 26);
            client.send_raw(wire::frame(0x81, payload));
            sent.push_back(std::move(payload));
        }
        server.release();
        for (const std::string& payload : sent)
            CPPUNIT_ASSERT(client.read_text() == payload);
    }

    void a_mebibyte_comes_back_through_network_pieces_of_one_byte() {
        Server server;
        WebsocketClient client(server, "/");
        client.open();
        const std::string payload(1 << 20, 'x');
        const std::string bytes = wire::frame(0x82, payload);
        for (const char& byte : bytes)
            client.send_raw(std::string_view(&byte, 1));
        const auto frame = client.read_frame();
        CPPUNIT_ASSERT_EQUAL(0x82U, frame.opcode);
        CPPUNIT_ASSERT(frame.payload == payload);
    }

    void a_server_can_close_while_the_inbox_is_full() {
        Options options = Server::quick_options();
        options.inbox_messages = 4;
        Server server(options);
        WebsocketClient client(server, "/");
        client.open();
        hold_application(server, client);
        const auto before = counted("websocket_violations_total");
        std::string messages;
        for (int i = 0; i < 9; ++i)
            messages += wire::frame(0x81, "message " + std::to_string(i));
        const std::string cut = messages.substr(0, messages.size() - 5);
        client.send_raw(cut);
        for (int turn = 0; turn < 3; ++turn)
            server.home.call([] {});  // what is read so far is held back, and ends amid a frame
        client.send_raw(messages.substr(cut.size()));
        server.home.call([&server] { server.registry->drain(); });
        CPPUNIT_ASSERT_EQUAL(1001U, client.read_close());
        client.send_close(1001);
        CPPUNIT_ASSERT(client.http.peer.read_to_end().empty());
        CPPUNIT_ASSERT_EQUAL(before, counted("websocket_violations_total"));
        client.http.peer.close();
        server.release();
    }

    void a_full_layer_inbox_closes_with_1013() {
        Options options = Server::quick_options();
        options.layer_messages = 3;
        Server server(options);
        WebsocketClient client(server, "/");
        client.open();
        hold_application(server, client);
        const auto before = counted("inbox_full_closed_total");
        for (int i = 0; i < 3; ++i)
            CPPUNIT_ASSERT_EQUAL(std::size_t(1), broadcast(server, "m" + std::to_string(i)));
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), broadcast(server, "one too many"));
        CPPUNIT_ASSERT_EQUAL(1013U, client.read_close());
        CPPUNIT_ASSERT_EQUAL(before + 1, counted("inbox_full_closed_total"));
        client.http.peer.close();
        server.release();
        server.wait_for_end();
        CPPUNIT_ASSERT(server.log().ends_with("disconnect 1013 "));
    }

    void a_full_layer_inbox_may_drop_the_oldest_instead() {
        Options options = Server::quick_options();
        options.layer_messages = 3;
        options.layer_full = FullInbox::drop_oldest;
        Server server(options);
        WebsocketClient client(server, "/");
        client.open();
        hold_application(server, client);
        const auto before = counted("inbox_dropped_total");
        for (int i = 0; i < 5; ++i)
            CPPUNIT_ASSERT_EQUAL(std::size_t(1), broadcast(server, "m" + std::to_string(i)));
        CPPUNIT_ASSERT_EQUAL(before + 2, counted("inbox_dropped_total"));
        server.release();
        server.wait_for_log("m2 m3 m4 ");
        CPPUNIT_ASSERT(server.log().find("m1") == std::string::npos);
    }

    void an_old_layer_message_is_left_out_and_counted() {
        Options options = Server::quick_options();
        options.layer_expiry = milliseconds(20);
        Server server(options);
        WebsocketClient client(server, "/");
        client.open();
        hold_application(server, client);
        const auto before = counted("inbox_expired_total");
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), broadcast(server, "stale"));
        std::this_thread::sleep_for(milliseconds(60));
        server.release();
        client.send("after it");
        CPPUNIT_ASSERT_EQUAL(std::string("after it"), client.read_text());
        CPPUNIT_ASSERT(server.log().find("stale") == std::string::npos);
        CPPUNIT_ASSERT_EQUAL(before + 1, counted("inbox_expired_total"));
    }

    void a_broadcast_reaches_every_socket_and_counts_them() {
        Server server;
        std::vector<std::unique_ptr<WebsocketClient>> clients;
        for (int i = 0; i < 100; ++i) {
            clients.push_back(std::make_unique<WebsocketClient>(server, "/" + std::to_string(i)));
            clients.back()->open();
        }
        HttpClient no_socket(server.connect());
        CPPUNIT_ASSERT_EQUAL(std::size_t(100), broadcast(server, "all"));
        clients.resize(40);
        server.home.eventually([&server] { return server.registry->websockets() == 40; });
        CPPUNIT_ASSERT_EQUAL(std::size_t(40), broadcast(server, "rest"));
    }

    void a_forwarded_event_goes_straight_to_the_client_and_stays_in_order() {
        Server server;
        WebsocketClient client(server, "/forward");
        client.open();
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), broadcast(server, "straight"));
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"type": "straight"})"), client.read_text());
        hold_application(server, client);
        client.send("ahead");
        server.home.call([] {});
        server.home.call([] {});
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), broadcast(server, "behind"));
        server.release();
        server.wait_for_log("hold ahead behind ");
        CPPUNIT_ASSERT_EQUAL(std::string("ahead"), client.read_text());
    }

    void a_client_that_is_gone_when_its_early_message_is_answered() {
        for (int i = 0; i < 20; ++i) {
            Server server;
            const auto ends = test::SocketPeer::tcp_pair();
            test::SocketPeer peer(ends.theirs);
            // In one turn: the handshake; the 101, which the peer answers with a reset; behind the turn the
            // early message, its answer, which fails, and the end of it all. What the loop still holds of it
            // would be used in the next turns.
            peer.send(WebsocketClient::request("/") + wire::frame(0x81, "send 1000000"));
            peer.close();
            server.home.call([&] { server.registry->accept(ends.ours); });
            server.wait_for_end();
            for (int turn = 0; turn < 3; ++turn)
                server.home.call([] {});
            CPPUNIT_ASSERT_EQUAL(std::string("connect send 1000000 closed disconnect 1006 "), server.log());
        }
    }

    void a_chain_of_many_consumers_does_not_grow_the_stack() {
        constexpr int k_links = 300;
        Server server;
        std::vector<std::unique_ptr<WebsocketClient>> clients;
        for (int i = 0; i < k_links; ++i) {
            const std::string next = i + 1 < k_links ? "?/chain/" + std::to_string(i + 1) : "";
            clients.push_back(
                std::make_unique<WebsocketClient>(server, "/chain/" + std::to_string(i) + next));
            clients.back()->open();
        }
        server.home.call([&server] {
            const SharedMessage message(LayerMessage("knock"));
            CPPUNIT_ASSERT(server.application.links.at("/chain/0")->push(message) ==
                           DeliverResult::delivered);
        });
        server.home.eventually([&server] { return server.application.knocks == k_links; });
        CPPUNIT_ASSERT(server.home.call([&server] { return server.application.deepest; }) <= 17);
    }

private:
    static std::string read_text_among_pongs(WebsocketClient& client) {
        auto frame = client.read_frame();
        while (frame.opcode == 0x8A)
            frame = client.read_frame();
        CPPUNIT_ASSERT_EQUAL(0x81U, frame.opcode);
        return frame.payload;
    }
    static std::size_t broadcast(Server& server, const std::string& type) {
        return server.home.call(
            [&] { return server.registry->broadcast(SharedMessage(LayerMessage(type))); });
    }
    /// The application waits, whatever comes, until it is released.
    static void hold_application(Server& server, WebsocketClient& client) {
        client.send("hold");
        server.wait_for_log("hold ");
    }
    static std::size_t send_until_full(Server& server, WebsocketClient& client, std::string_view bytes) {
        std::size_t taken = 0;
        for (int idle = 0; idle < 5 && taken < bytes.size();) {
            const std::size_t more = client.http.peer.send_some(bytes.substr(taken));
            taken += more;
            idle = more == 0 ? idle + 1 : 0;
            server.home.call([] {});
        }
        return taken;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(WebsocketFlowTest);

}  // namespace
}  // namespace zanhu::connection::testing
