#pragma once

#include <memory>
#include <string>

#include "core/net/stream.h"
#include "tests/unit/core/net/tls_options.h"
#include "tests/unit/loop_thread.h"
#include "tests/unit/socket_peer.h"
#include "tests/unit/tls_peer.h"

namespace zanhu::test {

/// What a stream under TLS reports. Lives on the loop.
class TlsRecorder final : public net::Stream::Owner {
public:
    TlsRecorder(net::EpollLoop& loop, int descriptor, const net::TlsContext& context, std::string_view early)
        : socket(descriptor), stream(std::make_unique<net::Stream>(loop, descriptor, *this)) {
        stream->start_tls(context, early);
    }

    void on_bytes(std::span<char> bytes) override {
        received.append(bytes.data(), bytes.size());
        ++pieces;
        if (pause_on_bytes) stream->pause_recv();
        if (echo) stream->send(std::string_view(bytes.data(), bytes.size()));
    }
    void on_drained() override { ++drained; }
    void on_end(net::Stream::End end) override {
        ++ends;
        last_end = end;
    }
    void on_secured() override { ++secured; }
    void on_plaintext() override { ++plaintext; }

    const int socket;
    std::string received;
    bool pause_on_bytes = false;
    bool echo = false;
    int pieces = 0;
    int drained = 0;
    int ends = 0;
    int secured = 0;
    int plaintext = 0;
    net::Stream::End last_end = net::Stream::End::finished;
    std::unique_ptr<net::Stream> stream;
};

/// A stream under TLS on a loop, its recorder, and a socket to it.
class TlsConnected {
public:
    TlsConnected(LoopThread& home, const net::TlsContext& context, std::string_view early = {})
        : home_(home) {
        auto [ours, theirs] = SocketPeer::pair();
        socket = SocketPeer(theirs);
        const int descriptor = ours;
        home_.call([&] { recorder = std::make_unique<TlsRecorder>(home_.loop, descriptor, context, early); });
    }
    ~TlsConnected() {
        home_.call([this] { recorder.reset(); });
    }
    template <class F>
    auto call(F f) {
        return home_.call([&] { return f(*recorder); });
    }
    template <class F>
    void eventually(F f) {
        home_.eventually([&] { return f(*recorder); });
    }

    std::unique_ptr<TlsRecorder> recorder;
    SocketPeer socket;

private:
    LoopThread& home_;
};

}  // namespace zanhu::test
