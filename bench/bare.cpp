// The floor that zanhu is measured against: an epoll server that answers every WebSocket handshake, echoes
// every message, and knows no application. What comes from a socket whose path begins with /trigger goes to
// all others instead. One thread, one shared receive buffer, the frame codec of core/ws, one write for all
// answers of a read.
//   bench-bare PORT [--deflate]
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/ws/deflate.h"
#include "core/ws/deflate_agreement.h"
#include "core/ws/field_value.h"
#include "core/ws/frame.h"
#include "core/ws/handshake.h"
#include "core/ws/message_reader.h"

namespace {

using namespace zanhu;

constexpr std::size_t k_buffer = 256 * 1024;

struct Connection {
    explicit Connection(int descriptor) : fd(descriptor), reader(ws::Limits()) {}
    int fd;
    bool open = false;
    bool trigger = false;
    std::unique_ptr<ws::Deflate> deflate;  // null: not agreed on
    ws::MessageReader reader;
    std::string head;
    std::string left;  // what the kernel did not take
};

class Bare {
public:
    Bare(std::uint16_t port, bool deflate)
        : epoll_(epoll_create1(0)), deflate_(deflate), buffer_(new char[k_buffer]) {
        out_.reserve(k_buffer);
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        const int on = 1;
        ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
            ::listen(listener_, 4096) != 0) {
            std::perror("bench-bare");
            std::exit(1);
        }
        watch(listener_, EPOLLIN, EPOLL_CTL_ADD, nullptr);
    }

    [[noreturn]] void run() {
        for (;;) {
            epoll_event events[512];
            const int count = ::epoll_wait(epoll_, events, 512, -1);
            for (int i = 0; i < count; ++i) {
                if (events[i].data.ptr == nullptr) {
                    accept_all();
                } else {
                    serve(*static_cast<Connection*>(events[i].data.ptr), events[i].events);
                }
            }
        }
    }

private:
    void watch(int fd, std::uint32_t events, int operation, void* pointer) const {
        epoll_event event{};
        event.events = events;
        event.data.ptr = pointer;
        ::epoll_ctl(epoll_, operation, fd, &event);
    }

    void accept_all() {
        for (;;) {
            const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
            if (fd < 0) return;
            const int on = 1;
            ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            auto connection = std::make_unique<Connection>(fd);
            watch(fd, EPOLLIN, EPOLL_CTL_ADD, connection.get());
            connections_[fd] = std::move(connection);
        }
    }

    void serve(Connection& connection, std::uint32_t events) {
        if ((events & EPOLLOUT) != 0) flush(connection, {});
        if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) == 0) return;
        const auto got = ::recv(connection.fd, buffer_.get(), k_buffer, 0);
        if (got <= 0) {
            if (got < 0 && errno == EAGAIN) return;
            ::close(connection.fd);
            connections_.erase(connection.fd);
            return;
        }
        std::span<char> bytes(buffer_.get(), static_cast<std::size_t>(got));
        if (connection.open) {
            answer(connection, bytes);
        } else {
            shake_hands(connection, bytes);
        }
    }

    void shake_hands(Connection& connection, std::span<char> bytes) {
        connection.head.append(bytes.data(), bytes.size());
        if (!connection.head.ends_with("\r\n\r\n")) return;
        const std::string head = std::move(connection.head);
        connection.head = std::string();
        flush(connection,
              "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: "
              "Upgrade\r\nSec-WebSocket-Accept: " +
                  ws::accept_value(field(head, "Sec-WebSocket-Key: ")) + "\r\n" +
                  agree_on_deflate(connection, field(head, "Sec-WebSocket-Extensions: ")) + "\r\n");
        connection.open = true;
        connection.trigger = head.starts_with("GET /trigger");
    }

    static std::string_view field(std::string_view head, std::string_view name) {
        const std::size_t at = head.find(name);
        if (at == std::string_view::npos) return {};
        const std::string_view rest = head.substr(at + name.size());
        return rest.substr(0, rest.find("\r\n"));
    }

    std::string agree_on_deflate(Connection& connection, std::string_view offers) {
        if (!deflate_ || offers.empty()) return {};
        const std::string_view lines[] = {offers};
        std::string_view error;
        const auto agreed = ws::agree_on_deflate(ws::parse_extensions(lines, error), ws::DeflateParameters());
        if (!agreed) return {};
        connection.deflate = std::make_unique<ws::Deflate>(pool_, agreed->parameters);
        return "Sec-WebSocket-Extensions: " + agreed->response + "\r\n";
    }

    void answer(Connection& connection, std::span<char> bytes) {
        out_.clear();
        for (;;) {
            const ws::Item item = connection.reader.next(bytes, connection.deflate.get());
            if (item.kind == ws::Item::need_more) break;
            if (item.kind != ws::Item::text && item.kind != ws::Item::binary) continue;
            append_frame(connection, item);
        }
        if (out_.empty()) return;
        if (connection.trigger) {
            broadcast();
        } else {
            flush(connection, out_);
        }
    }

    void append_frame(Connection& connection, const ws::Item& item) {
        const auto opcode = item.kind == ws::Item::text ? ws::Opcode::text : ws::Opcode::binary;
        if (connection.deflate != nullptr) {
            const std::string_view compressed = connection.deflate->compress(opcode, item.payload);
            out_.append(compressed);
            if (!compressed.empty()) return;
        }
        char header[ws::k_max_server_header];
        out_.append(header, ws::encode_header(header, opcode, true, false, item.payload.size()));
        out_.append(item.payload);
    }

    void broadcast() {
        for (const auto& [fd, connection] : connections_) {
            if (connection->open && !connection->trigger) flush(*connection, out_);
        }
    }

    void flush(Connection& connection, std::string_view bytes) {
        const bool waited = !connection.left.empty();
        if (waited) connection.left.append(bytes);
        const std::string_view all = waited ? std::string_view(connection.left) : bytes;
        const auto sent = std::max<ssize_t>(::send(connection.fd, all.data(), all.size(), MSG_NOSIGNAL), 0);
        std::string left(all.substr(static_cast<std::size_t>(sent)));
        connection.left = std::move(left);
        if (waited != !connection.left.empty()) {
            watch(connection.fd,
                  EPOLLIN | (waited ? 0U : static_cast<std::uint32_t>(EPOLLOUT)),
                  EPOLL_CTL_MOD,
                  &connection);
        }
    }

    int epoll_;
    const bool deflate_;  // agree on it where it is offered
    int listener_ = -1;
    std::unique_ptr<char[]> buffer_;
    std::string out_;
    ws::DeflatePool pool_{ws::DeflateOptions()};
    std::unordered_map<int, std::unique_ptr<Connection>> connections_;
};

}  // namespace

int main(int argc, char** argv) {
    const bool deflate = argc == 3 && std::string_view(argv[2]) == "--deflate";
    if (argc != 2 && !deflate) {
        std::fprintf(stderr, "usage: bench-bare PORT [--deflate]\n");
        return 2;
    }
    Bare(static_cast<std::uint16_t>(std::atoi(argv[1])), deflate).run();
}
