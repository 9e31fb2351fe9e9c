// Stream under TLS: bytes, back-pressure, and the end.
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <openssl/err.h>
#include <sys/socket.h>

#include <string>
#include <thread>

#include "tests/unit/core/net/tls_recorder.h"

namespace zanhu::net {
namespace {

using test::Certificate;
using test::LoopThread;
using test::TlsConnected;
using test::TlsPeer;
using test::TlsRecorder;

/// Bytes that are not all alike, so that one in the wrong place is noticed.
std::string pattern(std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i)
        bytes[i] = static_cast<char>('a' + (i * i / 7 + i) % 26);
    return bytes;
}

class TlsStreamTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(TlsStreamTest);
    CPPUNIT_TEST(bytes_go_both_ways);
    CPPUNIT_TEST(pieces_of_any_size_give_the_same_bytes);
    CPPUNIT_TEST(records_that_come_together_are_read_together);
    CPPUNIT_TEST(what_comes_with_the_end_of_the_handshake_is_read);
    CPPUNIT_TEST(more_than_the_receive_buffer_holds_is_read_without_another_event);
    CPPUNIT_TEST(all_sends_of_a_turn_leave_in_one_record);
    CPPUNIT_TEST(a_large_send_fills_its_records);
    CPPUNIT_TEST(what_is_sent_before_the_handshake_waits_for_it);
    CPPUNIT_TEST(a_slow_reader_gets_everything_and_the_owner_hears_of_it);
    CPPUNIT_TEST(a_paused_stream_keeps_what_is_decrypted_already);
    CPPUNIT_TEST(an_end_that_came_while_paused_is_reported_after_the_bytes);
    CPPUNIT_TEST(finish_sends_what_is_pending_then_close_notify_and_fin);
    CPPUNIT_TEST(close_says_close_notify);
    CPPUNIT_TEST(after_the_peers_close_notify_writing_goes_on);
    CPPUNIT_TEST(a_peer_that_vanishes_without_close_notify_has_finished);
    CPPUNIT_TEST(a_broken_record_breaks_the_stream);
    CPPUNIT_TEST(a_reset_breaks_the_stream);
    CPPUNIT_TEST(an_error_that_others_left_in_the_queue_does_no_harm);
    CPPUNIT_TEST(keys_are_renewed_when_the_peer_asks);
    CPPUNIT_TEST(a_stream_outlives_the_context_that_it_began_with);
    CPPUNIT_TEST_SUITE_END();

public:
    void bytes_go_both_ways() {
        for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
            TlsConnected c(home_, context_);
            TlsPeer peer(c.socket, choice_of(version));
            peer.handshake();
            peer.send("hello");
            c.eventually([](TlsRecorder& r) { return r.received == "hello"; });
            c.call([](TlsRecorder& r) {
                CPPUNIT_ASSERT(r.secured == 1 && r.stream->is_secure());
                r.stream->send(std::string_view("answer"));
            });
            CPPUNIT_ASSERT_EQUAL(std::string("answer"), peer.read(6));
            CPPUNIT_ASSERT_EQUAL(std::size_t(0), c.call([](TlsRecorder& r) { return r.stream->pending(); }));
        }
    }

    void pieces_of_any_size_give_the_same_bytes() {
        for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
            for (const std::size_t size : {1U, 2U, 5U, 6U, 7U, 100U}) {
                TlsConnected c(home_, context_);
                TlsPeer peer(c.socket, choice_of(version));
                while (!peer.step()) {
                    send_in_pieces(c, peer.outgoing(), size);
                    if (!peer.wait()) CPPUNIT_FAIL("the handshake ended early");
                }
                send_in_pieces(c, peer.outgoing(), size);
                peer.encrypt("one ");
                peer.encrypt(pattern(300));
                send_in_pieces(c, peer.outgoing(), size);
                c.eventually([](TlsRecorder& r) { return r.received.size() == 304; });
                CPPUNIT_ASSERT(c.call([](TlsRecorder& r) { return r.received == "one " + pattern(300); }));
            }
        }
    }

    void records_that_come_together_are_read_together() {
        TlsConnected c(home_, context_);
        TlsPeer peer(c.socket);
        settle(c, peer);
        std::string expected;
        for (int i = 0; i < 50; ++i) {
            peer.encrypt(std::to_string(i) + " ");
            expected += std::to_string(i) + " ";
        }
        peer.send_outgoing();
        c.eventually([&](TlsRecorder& r) { return r.received.size() == expected.size(); });
        c.call([&](TlsRecorder& r) {
            CPPUNIT_ASSERT_EQUAL(expected, r.received);
            CPPUNIT_ASSERT_EQUAL(1, r.pieces);
        });
    }

    void what_comes_with_the_end_of_the_handshake_is_read() {
        TlsConnected c(home_, context_);
        TlsPeer peer(c.socket);
        while (!peer.step()) {
            peer.send_outgoing();
            peer.wait();
        }
        peer.encrypt("early bird");  // behind the client's Finished, in the same piece
        peer.send_outgoing();
        c.eventually([](TlsRecorder& r) { return r.received == "early bird"; });
    }

    void more_than_the_receive_buffer_holds_is_read_without_another_event() {
        TlsConnected c(home_, context_);
        TlsPeer peer(c.socket);
        settle(c, peer);
        const std::string large = pattern(1'000'000);
        peer.send(large);
        c.eventually([&](TlsRecorder& r) { return r.received.size() == large.size(); });
        CPPUNIT_ASSERT(c.call([&](TlsRecorder& r) { return r.received == large; }));
    }

    void all_sends_of_a_turn_leave_in_one_record() {
        TlsConnected c(home_, context_);
        TlsPeer peer(c.socket);
        settle(c, peer);
        const std::string large = pattern(10'000);
        c.call([&](TlsRecorder& r) {
            r.stream->send(std::string_view("one "));
            r.stream->send(std::make_shared<const std::string>("two "));
            r.stream->send(std::make_shared<const std::string>(large));
            r.stream->send(std::string_view("three"));
        });
        CPPUNIT_ASSERT(peer.read(large.size() + 13) == "one two " + large + "three");
        CPPUNIT_ASSERT_EQUAL(1, peer.records());
    }

    void a_large_send_fills_its_records() {
        TlsConnected c(home_, context_);
        TlsPeer peer(c.socket);
        settle(c, peer);
        const std::string large = pattern(5 * TlsSession::k_record - 4);
        c.call([&](TlsRecorder& r) {
            r.stream->send(std::string_view("head"));
            r.stream->send(std::make_shared<const std::string>(large));
        });
        CPPUNIT_ASSERT(peer.read(large.size() + 4) == "head" + large);
        CPPUNIT_ASSERT_EQUAL(5, peer.records());
    }

    void what_is_sent_before_the_handshake_waits_for_it() {
        TlsConnected c(home_, context_);
        c.call([](TlsRecorder& r) {
            r.stream->send(std::string_view("good bye"));
            r.stream->finish();
        });
        CPPUNIT_ASSERT_EQUAL(std::size_t(8), c.call([](TlsRecorder& r) { return r.stream->pending(); }));
        TlsPeer peer(c.socket);
        peer.handshake();
        CPPUNIT_ASSERT_EQUAL(std::string("good bye"), peer.read_to_close_notify());
        CPPUNIT_ASSERT(c.socket.read_to_end().empty());
    }

    void a_slow_reader_gets_everything_and_the_owner_hears_of_it() {
        TlsConnected c(home_, context_);
        TlsPeer peer(c.socket);
        settle(c, peer);
        std::string expected;
        for (int round = 0; round < 20; ++round) {
            c.call([&](TlsRecorder& r) {
                const int small = 4096;
                ::setsockopt(r.socket, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
                for (int i = 0; i < 40; ++i) {
                    const std::string piece =
                        pattern(1 + static_cast<std::size_t>(i * 997 * (round + 1)) % 40'000);
                    expected += piece;
                    if (i % 3 == 0) {
                        r.stream->send(std::make_shared<const std::string>(piece));
                    } else {
                        r.stream->send(std::string_view(piece));
                    }
                }
            });
            // What is appended while a record is half written must not change that record.
            c.eventually([](TlsRecorder& r) { return r.stream->backlogged() && r.stream->pending() > 0; });
        }
        CPPUNIT_ASSERT_EQUAL(0, c.call([](TlsRecorder& r) { return r.drained; }));
        CPPUNIT_ASSERT(peer.read(expected.size()) == expected);
        c.eventually([](TlsRecorder& r) { return r.drained > 0 && r.stream->pending() == 0; });
        CPPUNIT_ASSERT(!c.call([](TlsRecorder& r) { return r.stream->backlogged(); }));
        c.call([](TlsRecorder& r) { r.stream->send(std::string_view("more")); });
        CPPUNIT_ASSERT_EQUAL(std::string("more"), peer.read(4));
    }

    void a_paused_stream_keeps_what_is_decrypted_already() {
        TlsConnected c(home_, context_);
        TlsPeer peer(c.socket);
        settle(c, peer);
        c.call([](TlsRecorder& r) { r.pause_on_bytes = true; });
        const std::string large = pattern(900'000);
        peer.encrypt(large);
        // More than a socket holds, so that it blocks while the stream is paused.
        std::thread sender([&c, bytes = peer.outgoing()] { c.socket.send(bytes); });
        c.eventually([](TlsRecorder& r) { return r.pieces == 1; });
        c.call([](TlsRecorder& r) { r.stream->send(std::string_view("x")); });
        CPPUNIT_ASSERT_EQUAL(std::string("x"), peer.read(1));
        const auto received = c.call([](TlsRecorder& r) { return r.received.size(); });
        CPPUNIT_ASSERT(received > 0 && received < large.size());
        for (int pieces = 2; c.call([](TlsRecorder& r) { return r.received.size(); }) < large.size();
             ++pieces) {
            c.call([](TlsRecorder& r) { r.stream->resume_recv(); });
            c.eventually([pieces](TlsRecorder& r) { return r.pieces >= pieces; });
        }
        sender.join();
        CPPUNIT_ASSERT(c.call([&](TlsRecorder& r) { return r.received == large; }));
    }

    void an_end_that_came_while_paused_is_reported_after_the_bytes() {
        TlsConnected c(home_, context_);
        TlsPeer peer(c.socket);
        settle(c, peer);
        c.call([](TlsRecorder& r) { r.pause_on_bytes = true; });
        peer.encrypt("last words");
        SSL_shutdown(peer.native());
        peer.send_outgoing();
        c.socket.shut_down();
        c.eventually([](TlsRecorder& r) { return r.received == "last words"; });
        c.call([](TlsRecorder& r) {
            CPPUNIT_ASSERT_EQUAL(0, r.ends);
            r.stream->resume_recv();
        });
        c.eventually([](TlsRecorder& r) { return r.ends == 1; });
        CPPUNIT_ASSERT(c.call([](TlsRecorder& r) { return r.last_end == Stream::End::finished; }));
    }

    void finish_sends_what_is_pending_then_close_notify_and_fin() {
        TlsConnected c(home_, context_);
        TlsPeer peer(c.socket);
        settle(c, peer);
        const std::string large = pattern(3'000'000);
        c.call([&large](TlsRecorder& r) {
            r.stream->send(std::string_view(large));
            r.stream->finish();
            r.stream->finish();
        });
        CPPUNIT_ASSERT(peer.read_to_close_notify() == large);
        CPPUNIT_ASSERT(c.socket.read_to_end().empty());
        CPPUNIT_ASSERT_EQUAL(0, c.call([](TlsRecorder& r) { return r.ends; }));
        peer.send("too late");
        peer.send_close_notify();
        c.eventually([](TlsRecorder& r) { return r.ends > 0; });
        CPPUNIT_ASSERT(c.call([](TlsRecorder& r) { return r.received.empty(); }));
    }

    void close_says_close_notify() {
        TlsConnected c(home_, context_);
        TlsPeer peer(c.socket);
        settle(c, peer);
        c.call([](TlsRecorder& r) { r.stream->close(); });
        CPPUNIT_ASSERT(peer.read_to_close_notify().empty());
        CPPUNIT_ASSERT_EQUAL(0, c.call([](TlsRecorder& r) { return r.ends; }));
    }

    void after_the_peers_close_notify_writing_goes_on() {
        TlsConnected c(home_, context_);
        TlsPeer peer(c.socket);
        settle(c, peer);
        peer.send("last words");
        peer.send_close_notify();
        c.eventually([](TlsRecorder& r) { return r.ends == 1; });
        c.call([](TlsRecorder& r) {
            CPPUNIT_ASSERT(r.last_end == Stream::End::finished && r.stream->peer_finished());
            CPPUNIT_ASSERT_EQUAL(std::string("last words"), r.received);
            r.stream->send(std::string_view("answer"));
        });
        CPPUNIT_ASSERT_EQUAL(std::string("answer"), peer.read(6));
        CPPUNIT_ASSERT_EQUAL(1, c.call([](TlsRecorder& r) { return r.ends; }));
    }

    void a_peer_that_vanishes_without_close_notify_has_finished() {
        TlsConnected c(home_, context_);
        TlsPeer peer(c.socket);
        settle(c, peer);
        peer.send("half a word");
        c.socket.shut_down();
        c.eventually([](TlsRecorder& r) { return r.ends == 1; });
        c.call([](TlsRecorder& r) {
            CPPUNIT_ASSERT(r.last_end == Stream::End::finished);
            CPPUNIT_ASSERT_EQUAL(std::string("half a word"), r.received);
        });
    }

    void a_broken_record_breaks_the_stream() {
        TlsConnected c(home_, context_);
        TlsPeer peer(c.socket);
        settle(c, peer);
        peer.encrypt("hello");
        std::string record = peer.outgoing();
        record.back() = static_cast<char>(record.back() ^ 1);
        c.socket.send(record);
        c.eventually([](TlsRecorder& r) { return r.ends == 1; });
        c.call([](TlsRecorder& r) {
            CPPUNIT_ASSERT(r.last_end == Stream::End::broken && !r.stream->is_open());
            CPPUNIT_ASSERT(r.received.empty());
        });
    }

    void a_reset_breaks_the_stream() {
        TlsConnected c(home_, context_);
        TlsPeer peer(c.socket);
        settle(c, peer);
        c.call([](TlsRecorder& r) { r.stream->pause_recv(); });
        c.socket.close();
        c.call([](TlsRecorder& r) { r.stream->send(std::string_view("anybody?")); });
        c.eventually([](TlsRecorder& r) { return r.ends == 1; });
        CPPUNIT_ASSERT(c.call([](TlsRecorder& r) { return r.last_end == Stream::End::broken; }));
    }

    void an_error_that_others_left_in_the_queue_does_no_harm() {
        TlsConnected c(home_, context_);
        TlsPeer peer(c.socket);
        settle(c, peer);
        for (int i = 0; i < 3; ++i) {
            c.call([](TlsRecorder& r) {
                ERR_raise(ERR_LIB_USER, 1);
                r.stream->send(std::string_view("x"));
            });
            CPPUNIT_ASSERT_EQUAL(std::string("x"), peer.read(1));
            c.call([](TlsRecorder&) { ERR_raise(ERR_LIB_USER, 1); });
            peer.send("y");
        }
        c.eventually([](TlsRecorder& r) { return r.received == "yyy"; });
    }

    void keys_are_renewed_when_the_peer_asks() {
        TlsConnected c(home_, context_);
        TlsPeer peer(c.socket, choice_of(TLS1_3_VERSION));
        settle(c, peer);
        c.call([](TlsRecorder& r) { r.echo = true; });
        for (int i = 0; i < 5; ++i) {
            CPPUNIT_ASSERT_EQUAL(1, SSL_key_update(peer.native(), SSL_KEY_UPDATE_REQUESTED));
            peer.send("again");
            CPPUNIT_ASSERT_EQUAL(std::string("again"), peer.read(5));
        }
    }

    void a_stream_outlives_the_context_that_it_began_with() {
        auto context = std::make_unique<TlsContext>(test::options_for(certificate_));
        TlsConnected c(home_, *context);
        TlsPeer peer(c.socket);
        peer.step();
        context.reset();
        peer.handshake();
        peer.send("hello");
        c.eventually([](TlsRecorder& r) { return r.received == "hello"; });
    }

private:
    static TlsPeer::Choice choice_of(int version) {
        TlsPeer::Choice choice;
        choice.maximum = version;
        return choice;
    }
    /// After it both sides know that the handshake is done, and the tickets have been read.
    static void settle(TlsConnected& c, TlsPeer& peer) {
        peer.handshake();
        c.eventually([](TlsRecorder& r) { return r.secured == 1; });
    }
    /// Each piece has been handled by the loop before the next is sent.
    static void send_in_pieces(TlsConnected& c, const std::string& bytes, std::size_t size) {
        for (std::size_t i = 0; i < bytes.size(); i += size) {
            c.socket.send(std::string_view(bytes).substr(i, size));
            c.call([](TlsRecorder&) {});
        }
    }

    Certificate certificate_;
    TlsContext context_{test::options_for(certificate_)};
    LoopThread home_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(TlsStreamTest);

}  // namespace
}  // namespace zanhu::net
