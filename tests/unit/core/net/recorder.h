#pragma once

#include <memory>
#include <string>
#include <utility>

#include "core/net/stream.h"
#include "tests/unit/loop_thread.h"
#include "tests/unit/socket_peer.h"

namespace zanhu::test {

/// What a stream reports. Lives on the loop.
class Recorder : public net::Stream::Owner {
public:
    Recorder(net::EpollLoop& loop, int descriptor)
        : socket(descriptor), stream(std::make_unique<net::Stream>(loop, descriptor, *this)) {}
    virtual ~Recorder() = default;

    void on_bytes(std::span<char> bytes) override {
        received.append(bytes.data(), bytes.size());
        ++pieces;
    }
    void on_drained() override { ++drained; }
    void on_end(net::Stream::End end) override {
        ++ends;
        last_end = end;
    }

    const int socket;
    std::string received;
    int pieces = 0;
    int drained = 0;
    int ends = 0;
    net::Stream::End last_end = net::Stream::End::finished;
    std::unique_ptr<net::Stream> stream;
};

/// A stream on a loop, its recorder of class R, and a socket to it.
template <class R>
class Connected {
public:
    /// `more`: what the recorder takes behind the loop and the descriptor.
    template <class... More>
    explicit Connected(LoopThread& home, More&&... more) : home_(home) {
        const auto ends = SocketPeer::pair();
        socket = SocketPeer(ends.theirs);
        home_.call(
            [&] { recorder = std::make_unique<R>(home_.loop, ends.ours, std::forward<More>(more)...); });
    }
    ~Connected() {
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

    std::unique_ptr<R> recorder;
    SocketPeer socket;

private:
    LoopThread& home_;
};

}  // namespace zanhu::test
