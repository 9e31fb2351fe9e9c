#pragma once

#include <openssl/bio.h>

#include <string>
#include <string_view>

namespace zanhu::net {

/// The socket beneath a TLS session, as OpenSSL wants to see it: reads and writes that do not block and raise
/// no signal. Owned by the session; loop thread only.
class SocketBio {
public:
    /// `early`: bytes of the peer that were read from the socket already and come first.
    SocketBio(int descriptor, std::string_view early) : fd_(descriptor), early_(early) {}
    SocketBio(const SocketBio&) = delete;
    SocketBio& operator=(const SocketBio&) = delete;

    /// A BIO on this object, which must outlive it. Throws std::bad_alloc.
    BIO* make_bio();
    /// The kernel has reported something: reads ask it again.
    void poll_again() noexcept { drained_ = false; }
    /// The peer's very first byte, as long as nothing was read; -1: none has come, or it was read.
    int first_byte() const noexcept;
    /// Some of the early bytes were not read yet.
    bool has_early() const noexcept { return !early_.empty(); }

private:
    static BIO_METHOD* method();
    static int read(BIO* bio, char* buffer, int size);
    static int write(BIO* bio, const char* bytes, int size);
    static long control(BIO* bio, int command, long number, void* pointer);
    int read_some(char* buffer, int size);

    int fd_;
    // After a read that gave less than was asked for the kernel has nothing more: a system call for every
    // message that would say so is saved.
    bool drained_ = false;
    bool begun_ = false;  // something was read
    bool ended_ = false;
    std::string early_;
};

}  // namespace zanhu::net
