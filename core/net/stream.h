#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/net/address.h"
#include "core/net/descriptor.h"
#include "core/net/epoll_loop.h"
#include "core/net/tls_session.h"

namespace zanhu::net {

/// One connected TCP or Unix socket on a loop: bytes in, bytes out, no protocol, in clear or under TLS. Owned
/// by its connection, to which it reports; lives on its loop's thread. What is sent from within on_bytes of a
/// socket in clear leaves in one write when that returns; all other sends of a turn leave in one write at its
/// end, under TLS in as few records as hold them.
class Stream final : private Watch {
public:
    /// `finished`: the peer has sent its last byte. `broken`: reset, or a write failed.
    enum class End : std::uint8_t { finished, broken };

    /// What the stream tells its connection: from the loop, and from within flush().
    class Owner {
    public:
        /// Bytes in the loop's receive buffer: writable, valid during the call. The last use of them may take
        /// the buffer itself: see EpollLoop::received().
        virtual void on_bytes(std::span<char> bytes) = 0;
        /// A backlog has shrunk; ask pending() for how far.
        virtual void on_drained() = 0;
        /// No further on_bytes. After `finished` it can still be written to.
        virtual void on_end(End end) = 0;
        /// After start_tls(): the handshake is done.
        virtual void on_secured() {}
        /// After start_tls_as_client(): there was no handshake, for this reason; on_end() is next.
        virtual void on_untrusted(std::string_view) {}
        /// After start_tls(): the peer speaks no TLS but something that begins with a letter. The stream is
        /// in clear from now on.
        virtual void on_plaintext() {}

    protected:
        ~Owner() = default;
    };

    /// Takes over a connected, non-blocking descriptor. Throws std::system_error when epoll does not take it.
    Stream(EpollLoop& loop, Descriptor descriptor, Owner& owner);
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    ~Stream();

    EpollLoop& loop() const noexcept { return loop_; }
    void set_owner(Owner& owner) noexcept { owner_ = &owner; }
    bool is_open() const noexcept { return fd() >= 0; }
    /// What follows is the handshake of a TLS client, and bytes under TLS; `early`: those of them that were
    /// read already. What is sent before the handshake is done waits for it. REQUIRES: nothing was sent yet.
    void start_tls(const TlsContext& context, std::string_view early);
    /// The same from the other side: a handshake with the server at `host`, a name or an address in figures.
    void start_tls_as_client(const TlsClientContext& context, const std::string& host);
    bool is_secure() const noexcept { return tls_ != nullptr; }
    Endpoint peer() const;
    Endpoint local() const;

    void send(std::string_view bytes);
    /// A frame's header, which is not empty, and its payload.
    void send(std::string_view header, std::string_view payload);
    void send(SharedBytes bytes);
    /// Bytes that the kernel has not taken yet.
    std::size_t pending() const noexcept { return outbox_ == nullptr ? 0 : outbox_->size(); }
    /// Bytes are left over from an earlier turn: the peer reads more slowly than we write.
    bool backlogged() const noexcept { return write_armed_; }

    /// The peer has sent its last byte.
    bool peer_finished() const noexcept { return ended_; }

    void pause_recv();
    void resume_recv();
    bool recv_paused() const noexcept { return paused_; }

    /// Sends FIN once everything pending is written; what the peer still sends is read and thrown away.
    void finish();
    /// Closes the descriptor now; nothing is reported any more.
    void close() noexcept;

    /// Called by the loop at the end of the turn.
    void flush();
    /// Called by the loop when it was asked to read this stream again without an event.
    void read_again();

private:
    /// What a round of writing has come to.
    enum class Written : std::uint8_t { all, some, failed };

    void ready(std::uint32_t events);
    void receive();
    void arm();
    void cork();
    Written write_pending();
    void write_failed(int error);
    void let_go() noexcept;

    // Under TLS; see stream_tls.cpp.
    void ready_tls(std::uint32_t events);
    void handshake();
    void cork_waiting();
    void fail_handshake();
    void receive_tls();
    void read_later();
    std::uint32_t tls_interest(std::uint32_t events) const noexcept;
    Written write_pending_tls();
    std::string_view next_record();

    EpollLoop& loop_;
    Owner* owner_;
    std::unique_ptr<Outbox> outbox_;
    std::unique_ptr<TlsSession> tls_;  // null: in clear
    bool corked_ = false;              // to be flushed: by the loop, or by receive()
    bool receiving_ = false;           // within on_bytes
    bool paused_ = false;
    bool write_armed_ = false;
    bool ended_ = false;  // on_end was called
    bool finishing_ = false;
    bool finished_ = false;    // our FIN was sent
    bool read_again_ = false;  // the loop was asked to
};

}  // namespace zanhu::net
