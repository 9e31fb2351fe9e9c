#include "core/net/stream.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <sys/socket.h>

#include <memory>
#include <optional>
#include <string>

#include "tests/unit/core/net/recorder.h"

namespace zanhu::net {
namespace {

using test::LoopThread;
using test::SocketPeer;

/// Answers byte by byte, or closes.
class StreamRecorder final : public test::Recorder {
public:
    StreamRecorder(EpollLoop& event_loop, int descriptor)
        : Recorder(event_loop, descriptor), loop_(event_loop) {}

    void on_bytes(std::span<char> bytes) override {
        Recorder::on_bytes(bytes);
        if (close_on_bytes) stream->close();
        if (echo) {
            for (const char& byte : bytes)
                stream->send(std::string_view(&byte, 1));
            // Runs in this turn, ahead of its end.
            loop_.post([this] { pending_after_bytes = stream->pending(); });
        }
    }

    bool close_on_bytes = false;
    bool echo = false;
    std::optional<std::size_t> pending_after_bytes;

private:
    EpollLoop& loop_;
};

using Connected = test::Connected<StreamRecorder>;

class StreamTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(StreamTest);
    CPPUNIT_TEST(bytes_go_both_ways);
    CPPUNIT_TEST(all_sends_of_a_turn_leave_together_in_order);
    CPPUNIT_TEST(answers_to_one_read_leave_when_it_is_over);
    CPPUNIT_TEST(a_slow_reader_gets_everything_and_the_owner_hears_of_it);
    CPPUNIT_TEST(a_paused_stream_reads_nothing_until_it_is_resumed);
    CPPUNIT_TEST(finish_sends_what_is_pending_and_then_fin);
    CPPUNIT_TEST(after_finish_what_the_peer_sends_is_thrown_away);
    CPPUNIT_TEST(the_peers_end_is_reported_once_and_writing_goes_on);
    CPPUNIT_TEST(a_write_to_a_peer_that_is_gone_breaks_the_stream);
    CPPUNIT_TEST(a_reset_breaks_the_stream);
    CPPUNIT_TEST(close_within_on_bytes_is_the_last_of_it);
    CPPUNIT_TEST(a_closed_stream_takes_sends_without_effect);
    CPPUNIT_TEST(a_stream_that_is_destroyed_with_pending_bytes_leaves_the_loop);
    CPPUNIT_TEST_SUITE_END();

public:
    void bytes_go_both_ways() {
        Connected c(home_);
        c.socket.send("hello");
        c.eventually([](StreamRecorder& r) { return r.received == "hello"; });
        c.call([](StreamRecorder& r) { r.stream->send(std::string_view("answer")); });
        CPPUNIT_ASSERT_EQUAL(std::string("answer"), c.socket.read(6));
        CPPUNIT_ASSERT(
            c.call([](StreamRecorder& r) { return r.stream->is_open() && r.stream->pending() == 0; }));
    }

    void all_sends_of_a_turn_leave_together_in_order() {
        Connected c(home_);
        const auto pending = c.call([](StreamRecorder& r) {
            r.stream->send(std::string_view("one "));
            r.stream->send(std::make_shared<const std::string>("two "));
            r.stream->send(std::string_view());
            r.stream->send(std::string_view("three"));
            return r.stream->pending();
        });
        CPPUNIT_ASSERT_EQUAL(std::size_t(13), pending);
        CPPUNIT_ASSERT_EQUAL(std::string("one two three"), c.socket.read(13));
    }

    void answers_to_one_read_leave_when_it_is_over() {
        Connected c(home_);
        c.call([](StreamRecorder& r) { r.echo = true; });
        c.socket.send("abc");
        CPPUNIT_ASSERT_EQUAL(std::string("abc"), c.socket.read(3));
        c.eventually([](StreamRecorder& r) { return r.pending_after_bytes == std::size_t{0}; });
        // One that has something to say already, from the same turn, says it first.
        c.call([](StreamRecorder& r) {
            r.stream->send(std::string_view("first "));
            r.stream->send(std::string_view("then"));
        });
        c.socket.send("d");
        CPPUNIT_ASSERT_EQUAL(std::string("first thend"), c.socket.read(11));
    }

    void a_slow_reader_gets_everything_and_the_owner_hears_of_it() {
        Connected c(home_);
        std::string expected;
        c.call([&expected](StreamRecorder& r) {
            const int small = 4096;
            ::setsockopt(r.socket, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
            for (int i = 0; i < 200; ++i) {
                const std::string piece(1 + static_cast<std::size_t>(i) * 50,
                                        static_cast<char>('a' + i % 26));
                expected += piece;
                if (i % 3 == 0) {
                    r.stream->send(std::make_shared<const std::string>(piece));
                } else {
                    r.stream->send(std::string_view(piece));
                }
            }
        });
        c.eventually([](StreamRecorder& r) { return r.stream->backlogged() && r.stream->pending() > 0; });
        CPPUNIT_ASSERT_EQUAL(0, c.call([](StreamRecorder& r) { return r.drained; }));
        CPPUNIT_ASSERT(c.socket.read(expected.size()) == expected);
        c.eventually([](StreamRecorder& r) { return r.drained > 0 && r.stream->pending() == 0; });
        CPPUNIT_ASSERT(!c.call([](StreamRecorder& r) { return r.stream->backlogged(); }));
        c.call([](StreamRecorder& r) { r.stream->send(std::string_view("more")); });
        CPPUNIT_ASSERT_EQUAL(std::string("more"), c.socket.read(4));
    }

    void a_paused_stream_reads_nothing_until_it_is_resumed() {
        Connected c(home_);
        c.call([](StreamRecorder& r) { r.stream->pause_recv(); });
        c.socket.send("waiting");
        c.call([](StreamRecorder& r) { r.stream->send(std::string_view("x")); });
        CPPUNIT_ASSERT_EQUAL(std::string("x"), c.socket.read(1));
        CPPUNIT_ASSERT(
            c.call([](StreamRecorder& r) { return r.received.empty() && r.stream->recv_paused(); }));
        c.call([](StreamRecorder& r) { r.stream->resume_recv(); });
        c.eventually([](StreamRecorder& r) { return r.received == "waiting"; });
    }

    void finish_sends_what_is_pending_and_then_fin() {
        Connected c(home_);
        const std::string large(3'000'000, 'x');
        c.call([&large](StreamRecorder& r) {
            r.stream->send(std::string_view(large));
            r.stream->finish();
            r.stream->finish();
        });
        CPPUNIT_ASSERT(c.socket.read_to_end() == large);
        CPPUNIT_ASSERT_EQUAL(0, c.call([](StreamRecorder& r) { return r.ends; }));
    }

    void after_finish_what_the_peer_sends_is_thrown_away() {
        Connected c(home_);
        c.call([](StreamRecorder& r) {
            r.stream->pause_recv();
            r.stream->finish();
        });
        CPPUNIT_ASSERT(c.socket.read_to_end().empty());
        c.socket.send("too late");
        c.socket.shut_down();
        c.eventually([](StreamRecorder& r) { return !r.stream->is_open(); });  // both directions have ended
        CPPUNIT_ASSERT(c.call([](StreamRecorder& r) { return r.received.empty() && r.ends > 0; }));
    }

    void the_peers_end_is_reported_once_and_writing_goes_on() {
        Connected c(home_);
        c.socket.send("last words");
        c.socket.shut_down();
        c.eventually([](StreamRecorder& r) { return r.ends == 1; });
        c.call([](StreamRecorder& r) {
            CPPUNIT_ASSERT(r.last_end == Stream::End::finished && r.stream->peer_finished());
            CPPUNIT_ASSERT_EQUAL(std::string("last words"), r.received);
            r.stream->send(std::string_view("answer"));
        });
        CPPUNIT_ASSERT_EQUAL(std::string("answer"), c.socket.read(6));
        c.call([](StreamRecorder& r) { CPPUNIT_ASSERT_EQUAL(1, r.ends); });
    }

    void a_write_to_a_peer_that_is_gone_breaks_the_stream() {
        Connected c(home_);
        c.call([](StreamRecorder& r) { r.stream->pause_recv(); });
        c.socket.close();
        c.call([](StreamRecorder& r) { r.stream->send(std::string_view("anybody?")); });
        c.eventually([](StreamRecorder& r) { return r.ends == 1; });
        c.call([](StreamRecorder& r) {
            CPPUNIT_ASSERT(r.last_end == Stream::End::broken);
            CPPUNIT_ASSERT(!r.stream->is_open() && r.stream->pending() == 0);
        });
    }

    void a_reset_breaks_the_stream() {
        auto [ours, theirs] = SocketPeer::tcp_pair();
        SocketPeer peer(theirs);
        std::unique_ptr<test::Recorder> recorder;
        const int descriptor = ours;
        home_.call([&] { recorder = std::make_unique<test::Recorder>(home_.loop, descriptor); });
        peer.reset();
        home_.eventually([&] { return recorder->ends == 1; });
        home_.call([&] {
            CPPUNIT_ASSERT(recorder->last_end == Stream::End::broken && !recorder->stream->is_open());
            recorder.reset();
        });
    }

    void close_within_on_bytes_is_the_last_of_it() {
        Connected c(home_);
        c.call([](StreamRecorder& r) { r.close_on_bytes = true; });
        c.socket.send("one");
        CPPUNIT_ASSERT(c.socket.read_to_end().empty());
        c.call([](StreamRecorder& r) {
            CPPUNIT_ASSERT_EQUAL(std::string("one"), r.received);
            CPPUNIT_ASSERT_EQUAL(0, r.ends);
            CPPUNIT_ASSERT(!r.stream->is_open());
        });
    }

    void a_closed_stream_takes_sends_without_effect() {
        Connected c(home_);
        c.call([](StreamRecorder& r) {
            r.stream->send(std::string_view("lost"));
            r.stream->close();
            r.stream->close();
            r.stream->send(std::string_view("nothing"));
            r.stream->send(std::make_shared<const std::string>("nothing"));
            r.stream->finish();
            r.stream->pause_recv();
            r.stream->resume_recv();
            CPPUNIT_ASSERT_EQUAL(std::size_t(0), r.stream->pending());
        });
        CPPUNIT_ASSERT(c.socket.read_to_end().empty());
    }

    void a_stream_that_is_destroyed_with_pending_bytes_leaves_the_loop() {
        for (const bool flush_first : {false, true}) {
            Connected c(home_);
            c.call([flush_first](StreamRecorder& r) {
                r.stream->send(std::string_view("pending"));
                if (flush_first) r.stream->flush();
                r.stream.reset();
            });
            c.socket.read_to_end();
        }
        home_.call([] {});
    }

private:
    LoopThread home_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(StreamTest);

}  // namespace
}  // namespace zanhu::net
