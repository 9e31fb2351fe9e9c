#pragma once

#include <string_view>

#include "tests/unit/core/net/recorder.h"
#include "tests/unit/core/net/tls_options.h"
#include "tests/unit/tls_peer.h"

namespace zanhu::test {

/// What a stream under TLS reports. Lives on the loop.
class TlsRecorder final : public Recorder {
public:
    TlsRecorder(net::EpollLoop& loop,
                int descriptor,
                const net::TlsContext& context,
                std::string_view early = {})
        : Recorder(loop, descriptor) {
        stream->start_tls(context, early);
    }

    void on_bytes(std::span<char> bytes) override {
        Recorder::on_bytes(bytes);
        if (pause_on_bytes) stream->pause_recv();
        if (echo) stream->send(std::string_view(bytes.data(), bytes.size()));
    }
    void on_secured() override { ++secured; }
    void on_plaintext() override { ++plaintext; }

    bool pause_on_bytes = false;
    bool echo = false;
    int secured = 0;
    int plaintext = 0;
};

using TlsConnected = Connected<TlsRecorder>;

}  // namespace zanhu::test
