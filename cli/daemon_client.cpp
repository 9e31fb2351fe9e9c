#include "cli/daemon_client.h"

#include <Poco/Net/NetException.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Timespan.h>

#include <array>
#include <cerrno>
#include <string_view>

#include "cli/failure.h"
#include "core/admin/codec.h"
#include "core/admin/line_reader.h"

namespace zanhu::cli {

namespace {

// Longer than the daemon takes before it gives up on a request itself.
constexpr int k_timeout_seconds = 40;

[[noreturn]] void fail(const std::string& socket, const std::string& what) {
    throw Failure(ExitCode::failed, "the daemon at " + socket + " " + what);
}

/// False when nobody listens.
bool connect(Poco::Net::StreamSocket& stream, const std::string& socket) {
    const Poco::Timespan timeout(k_timeout_seconds, 0);
    try {
        stream.connect(Poco::Net::SocketAddress(Poco::Net::SocketAddress::UNIX_LOCAL, socket), timeout);
        stream.setReceiveTimeout(timeout);
        stream.setSendTimeout(timeout);
        return true;
    } catch (const Poco::Net::ConnectionRefusedException&) {
        return false;
    } catch (const Poco::Exception& error) {
        if (error.code() == ENOENT || error.code() == ENOTDIR || error.code() == ECONNREFUSED) return false;
        if (error.code() == EACCES || error.code() == EPERM) {
            fail(socket,
                 "may not be reached by this user: run zanhu-admin as the user that the daemon runs as, or "
                 "as root");
        }
        fail(socket, "cannot be reached (" + error.displayText() + "); check [server] admin_socket");
    }
}

void send(Poco::Net::StreamSocket& stream, std::string_view line) {
    try {
        while (!line.empty()) {
            const int sent = stream.sendBytes(line.data(), static_cast<int>(line.size()));
            line.remove_prefix(static_cast<std::size_t>(sent));
        }
    } catch (const Poco::Net::NetException&) {
        // A daemon that turns us away closes at once: its answer, which says why, can still be read.
        return;
    } catch (const Poco::IOException&) {
        return;
    }
}

std::string receive_line(Poco::Net::StreamSocket& stream, const std::string& socket) {
    admin::LineReader reader;
    std::array<char, 16384> bytes;
    std::string line;
    for (;;) {
        const int got = stream.receiveBytes(bytes.data(), static_cast<int>(bytes.size()));
        if (got <= 0) fail(socket, "closed the connection without an answer; look into its log");
        reader.feed({bytes.data(), static_cast<std::size_t>(got)});
        switch (reader.next(line)) {
            case admin::LineReader::State::line:
                return line;
            case admin::LineReader::State::incomplete:
                break;
            case admin::LineReader::State::too_long:
                fail(socket, "sent an answer that is too long; is it a zanhu?");
        }
    }
}

}  // namespace

std::optional<admin::Reply> ask_daemon(const std::string& socket, const admin::Request& request) {
    Poco::Net::StreamSocket stream;
    if (!connect(stream, socket)) return std::nullopt;
    std::string line;
    try {
        send(stream, admin::encode(request));
        line = receive_line(stream, socket);
    } catch (const Poco::TimeoutException&) {
        fail(socket,
             "did not answer within " + std::to_string(k_timeout_seconds) + " seconds; look into its log");
    } catch (const Poco::Exception& error) {
        fail(socket, "broke the connection (" + error.displayText() + "); look into its log");
    }
    admin::Reply reply = admin::decode_reply(line);
    if (const auto* refusal = std::get_if<admin::Refusal>(&reply))
        throw Failure(ExitCode::failed, refusal->message);
    return reply;
}

std::string no_daemon(const std::string& socket) {
    return "no daemon answers on " + socket +
           ": start zanhu, or name its configuration with --config or its socket with --socket";
}

}  // namespace zanhu::cli
