// Stream under TLS: how a connection begins, and who is refused.
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/unit/core/net/tls_recorder.h"

namespace zanhu::net {
namespace {

using test::Certificate;
using test::LoopThread;
using test::SocketPeer;
using test::TlsConnected;
using test::TlsPeer;
using test::TlsRecorder;

using Session = std::unique_ptr<SSL_SESSION, decltype(&SSL_SESSION_free)>;

class TlsHandshakeTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(TlsHandshakeTest);
    CPPUNIT_TEST(a_session_is_resumed_with_a_ticket);
    CPPUNIT_TEST(a_session_is_resumed_from_the_cache);
    CPPUNIT_TEST(without_tickets_and_cache_nothing_is_resumed);
    CPPUNIT_TEST(a_session_of_another_context_is_not_resumed);
    CPPUNIT_TEST(http11_is_chosen_from_what_is_offered);
    CPPUNIT_TEST(who_offers_other_protocols_only_gets_the_alert);
    CPPUNIT_TEST(the_minimum_version_holds);
    CPPUNIT_TEST(renegotiation_is_refused);
    CPPUNIT_TEST(a_letter_first_is_taken_for_plaintext_and_answered_in_clear);
    CPPUNIT_TEST(what_is_no_tls_at_all_is_dropped);
    CPPUNIT_TEST(a_peer_that_ends_in_the_handshake_is_gone);
    CPPUNIT_TEST(bytes_that_were_read_already_come_first);
    CPPUNIT_TEST(early_bytes_alone_begin_the_handshake);
    CPPUNIT_TEST(a_turn_takes_no_more_steps_than_its_budget);
    CPPUNIT_TEST(a_storm_of_handshakes_is_worked_off_turn_by_turn);
    CPPUNIT_TEST(a_stream_may_be_closed_in_the_handshake);
    CPPUNIT_TEST_SUITE_END();

public:
    void a_session_is_resumed_with_a_ticket() {
        TlsOptions options = test::options_for(certificate_);
        options.cache = 0;
        const TlsContext context(options);
        for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
            for (const bool polite : {true, false}) {
                const Session session = session_with(context, version, true, polite);
                CPPUNIT_ASSERT_MESSAGE(std::to_string(version) + (polite ? " politely" : " abruptly"),
                                       resumes(context, version, session.get()));
            }
        }
    }

    void a_session_is_resumed_from_the_cache() {
        TlsOptions options = test::options_for(certificate_);
        options.tickets = false;
        const TlsContext context(options);
        for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
            for (const bool polite : {true, false}) {
                const Session session = session_with(context, version, false, polite);
                CPPUNIT_ASSERT_MESSAGE(std::to_string(version) + (polite ? " politely" : " abruptly"),
                                       resumes(context, version, session.get()));
            }
        }
    }

    void without_tickets_and_cache_nothing_is_resumed() {
        TlsOptions options = test::options_for(certificate_);
        options.tickets = false;
        options.cache = 0;
        const TlsContext context(options);
        for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
            const Session session = session_with(context, version, true, true);
            CPPUNIT_ASSERT(!resumes(context, version, session.get()));
        }
    }

    void a_session_of_another_context_is_not_resumed() {
        const TlsContext fresh(test::options_for(certificate_));
        const Session session = session_with(context_, TLS1_3_VERSION, true, true);
        CPPUNIT_ASSERT(!resumes(fresh, TLS1_3_VERSION, session.get()));
    }

    void http11_is_chosen_from_what_is_offered() {
        for (const char* offered : {"\x08http/1.1", "\x02h2\x08http/1.1"}) {
            TlsPeer::Choice choice;
            choice.alpn = offered;
            TlsConnected c(home_, context_);
            TlsPeer peer(c.socket, choice);
            peer.handshake();
            const unsigned char* chosen = nullptr;
            unsigned length = 0;
            SSL_get0_alpn_selected(peer.native(), &chosen, &length);
            CPPUNIT_ASSERT_EQUAL(std::string("http/1.1"),
                                 std::string(reinterpret_cast<const char*>(chosen), length));
        }
    }

    void who_offers_other_protocols_only_gets_the_alert() {
        TlsPeer::Choice choice;
        choice.alpn = "\x02h2";
        TlsConnected c(home_, context_);
        TlsPeer peer(c.socket, choice);
        const std::string alert = peer.alert_of_handshake();
        CPPUNIT_ASSERT_MESSAGE(alert, alert.find("no application protocol") != std::string::npos);
        c.eventually([](TlsRecorder& r) { return r.ends == 1; });
        CPPUNIT_ASSERT(c.call([](TlsRecorder& r) { return r.secured == 0 && !r.stream->is_open(); }));
    }

    void the_minimum_version_holds() {
        TlsOptions options = test::options_for(certificate_);
        options.minimum = TlsOptions::Version::tls13;
        const TlsContext strict(options);
        const std::pair<const TlsContext*, int> refused[] = {{&strict, TLS1_2_VERSION},
                                                             {&context_, TLS1_1_VERSION}};
        for (const auto& [context, version] : refused) {
            TlsPeer::Choice choice;
            choice.maximum = version;
            TlsConnected c(home_, *context);
            TlsPeer peer(c.socket, choice);
            const std::string alert = peer.alert_of_handshake();
            CPPUNIT_ASSERT_MESSAGE(alert, alert.find("protocol") != std::string::npos);
            c.eventually([](TlsRecorder& r) { return r.ends == 1; });
        }
    }

    void renegotiation_is_refused() {
        TlsPeer::Choice choice;
        choice.maximum = TLS1_2_VERSION;
        TlsConnected c(home_, context_);
        TlsPeer peer(c.socket, choice);
        peer.handshake();
        CPPUNIT_ASSERT_EQUAL(1, SSL_renegotiate(peer.native()));
        peer.step();
        peer.send_outgoing();
        peer.wait();
        try {
            peer.step();
            CPPUNIT_FAIL("the server took part in a renegotiation");
        } catch (const std::runtime_error& error) {
            const std::string text = error.what();
            CPPUNIT_ASSERT_MESSAGE(text, text.find("renegotiation") != std::string::npos);
        }
    }

    void a_letter_first_is_taken_for_plaintext_and_answered_in_clear() {
        TlsConnected c(home_, context_);
        c.socket.send("GET / HTTP/1.1\r\n\r\n");
        c.eventually([](TlsRecorder& r) { return r.plaintext == 1; });
        c.call([](TlsRecorder& r) {
            CPPUNIT_ASSERT(!r.stream->is_secure() && r.secured == 0 && r.ends == 0);
            r.stream->send(std::string_view("this port speaks TLS"));
            r.stream->finish();
        });
        CPPUNIT_ASSERT_EQUAL(std::string("this port speaks TLS"), c.socket.read_to_end());
    }

    void what_is_no_tls_at_all_is_dropped() {
        using namespace std::string_literals;
        const std::vector<std::string> inputs = {"\x00\x01\x02\x03\x04\x05\x06\x07"s,
                                                 "\x16\x03\x01\x00\x02zz"s,
                                                 "\x80\x2e\x01\x03\x01"s,
                                                 "\x17\x03\x03\x00\x01x"s};
        for (const std::string& bytes : inputs) {
            TlsConnected c(home_, context_);
            c.socket.send(bytes);
            c.socket.shut_down();
            c.eventually([](TlsRecorder& r) { return r.ends == 1; });
            CPPUNIT_ASSERT(c.call([](TlsRecorder& r) { return r.plaintext == 0 && !r.stream->is_open(); }));
        }
    }

    void a_peer_that_ends_in_the_handshake_is_gone() {
        for (const bool after_hello : {false, true}) {
            TlsConnected c(home_, context_);
            TlsPeer peer(c.socket);
            peer.step();
            if (after_hello) peer.send_outgoing();
            c.socket.shut_down();
            c.eventually([](TlsRecorder& r) { return r.ends == 1; });
            CPPUNIT_ASSERT(c.call([](TlsRecorder& r) { return r.secured == 0 && !r.stream->is_open(); }));
        }
    }

    void bytes_that_were_read_already_come_first() {
        // The client's first bytes are made before there is a stream to send them to.
        SocketPeer nowhere;
        TlsPeer peer(nowhere);
        peer.step();
        const std::string hello = peer.outgoing();
        for (const std::size_t early : {std::size_t(1), std::size_t(5), hello.size() - 1}) {
            TlsConnected c(home_, context_, std::string_view(hello).substr(0, early));
            c.socket.send(std::string_view(hello).substr(early));
            CPPUNIT_ASSERT_EQUAL(std::string("\x16\x03\x03"), c.socket.read(3));  // the ServerHello's record
        }
    }

    void early_bytes_alone_begin_the_handshake() {
        SocketPeer nowhere;
        TlsPeer peer(nowhere);
        peer.step();
        TlsConnected c(home_, context_, peer.outgoing());
        CPPUNIT_ASSERT_EQUAL(std::string("\x16\x03\x03"), c.socket.read(3));
        TlsConnected plain(home_, context_, "GET /");
        plain.eventually([](TlsRecorder& r) { return r.plaintext == 1; });
    }

    void a_turn_takes_no_more_steps_than_its_budget() {
        home_.call([this] { home_.loop.limit_handshakes(3); });
        for (int turn = 0; turn < 3; ++turn) {
            const int taken = home_.call([this] {
                int steps = 0;
                while (steps < 100 && home_.loop.take_handshake())
                    ++steps;
                return steps;
            });
            CPPUNIT_ASSERT_EQUAL(3, taken);
        }
    }

    void a_storm_of_handshakes_is_worked_off_turn_by_turn() {
        home_.call([this] { home_.loop.limit_handshakes(1); });
        std::vector<std::unique_ptr<TlsConnected>> streams;
        std::vector<std::unique_ptr<TlsPeer>> peers;
        for (int i = 0; i < 20; ++i) {
            SocketPeer nowhere;
            // Half of them with bytes that no event reports.
            auto peer = std::make_unique<TlsPeer>(nowhere);
            peer->step();
            const std::string hello = peer->outgoing();
            streams.push_back(std::make_unique<TlsConnected>(
                home_, context_, i % 2 == 0 ? std::string_view(hello) : std::string_view()));
            if (i % 2 != 0) streams.back()->socket.send(hello);
            peer->use(streams.back()->socket);
            peers.push_back(std::move(peer));
        }
        for (auto& peer : peers) {
            CPPUNIT_ASSERT(peer->wait());
            peer->handshake();
        }
        for (auto& stream : streams)
            stream->eventually([](TlsRecorder& r) { return r.secured == 1; });
    }

    void a_stream_may_be_closed_in_the_handshake() {
        TlsConnected c(home_, context_);
        TlsPeer peer(c.socket);
        peer.step();
        peer.send_outgoing();
        CPPUNIT_ASSERT(peer.wait());
        c.call([](TlsRecorder& r) {
            r.stream->close();
            r.stream->send(std::string_view("nothing"));
        });
        CPPUNIT_ASSERT_EQUAL(0, c.call([](TlsRecorder& r) { return r.ends; }));
    }

private:
    /// A session that a client has after a whole connection, which it ended properly or by vanishing.
    Session session_with(const TlsContext& context, int version, bool tickets, bool polite) {
        TlsPeer::Choice choice;
        choice.maximum = version;
        choice.tickets = tickets;
        TlsConnected c(home_, context);
        TlsPeer peer(c.socket, choice);
        peer.handshake();
        c.eventually([](TlsRecorder& r) { return r.secured == 1; });
        c.call([](TlsRecorder& r) { r.stream->send(std::string_view("x")); });
        peer.read(1);  // and with it, before it, the tickets of TLS 1.3
        Session session(SSL_get1_session(peer.native()), &SSL_SESSION_free);
        if (polite) peer.send_close_notify();
        // Else the client's own library would call its session unfit.
        SSL_set_shutdown(peer.native(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
        c.socket.close();
        c.eventually([](TlsRecorder& r) { return r.ends > 0; });
        return session;
    }

    bool resumes(const TlsContext& context, int version, SSL_SESSION* session) {
        TlsPeer::Choice choice;
        choice.maximum = version;
        choice.session = session;
        TlsConnected c(home_, context);
        TlsPeer peer(c.socket, choice);
        peer.handshake();
        return SSL_session_reused(peer.native()) == 1;
    }

    Certificate certificate_;
    TlsContext context_{test::options_for(certificate_)};
    LoopThread home_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(TlsHandshakeTest);

}  // namespace
}  // namespace zanhu::net
