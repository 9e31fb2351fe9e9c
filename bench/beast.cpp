// A WebSocket server of Boost.Beast with the behaviour of bench-bare, printed beside the rows for
// information: it echoes every message, and what comes from a socket whose path begins with /trigger goes to
// all others instead. One thread; asynchronous, as Beast's own examples are.
//   bench-beast PORT [--deflate]
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket.hpp>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;
using Tcp = asio::ip::tcp;
// The io_context's own executor: the type-erased one costs a little more.
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<Tcp, Executor>;
using Acceptor = asio::basic_socket_acceptor<Tcp, Executor>;
using Shared = std::shared_ptr<const std::string>;

class Session;
using Sessions = std::unordered_set<Session*>;

class Session : public std::enable_shared_from_this<Session> {
public:
    Session(Socket socket, Sessions& sessions, bool deflate)
        : stream_(std::move(socket)), sessions_(sessions), deflate_(deflate) {}
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session() { sessions_.erase(this); }

    void start() {
        auto read = [self = shared_from_this()](error_code error, std::size_t) {
            if (!error) self->accept();
        };
        beast::http::async_read(stream_.next_layer(), buffer_, request_, std::move(read));
    }

private:
    void accept() {
        trigger_ = request_.target().starts_with("/trigger");
        beast::websocket::permessage_deflate options;
        options.server_enable = deflate_;
        stream_.set_option(options);
        stream_.auto_fragment(false);
        auto accepted = [self = shared_from_this()](error_code error) {
            if (error) return;
            self->request_ = {};
            if (!self->trigger_) self->sessions_.insert(self.get());
            self->read();
        };
        stream_.async_accept(request_, std::move(accepted));
    }

    void read() {
        auto read = [self = shared_from_this()](error_code error, std::size_t) {
            if (!error) self->take();
        };
        stream_.async_read(buffer_, std::move(read));
    }

    void take() {
        if (trigger_) {
            const auto data = buffer_.cdata();
            const auto message =
                std::make_shared<const std::string>(static_cast<const char*>(data.data()), data.size());
            for (Session* session : sessions_)
                session->push(message);
            buffer_.consume(buffer_.size());
            return read();
        }
        stream_.text(stream_.got_text());
        auto written = [self = shared_from_this()](error_code error, std::size_t size) {
            if (error) return;
            self->buffer_.consume(size);
            self->read();
        };
        stream_.async_write(buffer_.cdata(), std::move(written));
    }

    void push(Shared message) {
        waiting_.push_back(std::move(message));
        if (waiting_.size() == 1) write_next();
    }

    void write_next() {
        auto written = [self = shared_from_this()](error_code error, std::size_t) {
            if (error) return;
            self->waiting_.pop_front();
            if (!self->waiting_.empty()) self->write_next();
        };
        stream_.text(true);
        stream_.async_write(asio::buffer(*waiting_.front()), std::move(written));
    }

    beast::websocket::stream<Socket> stream_;
    Sessions& sessions_;
    const bool deflate_;
    bool trigger_ = false;
    beast::flat_buffer buffer_;
    beast::http::request<beast::http::string_body> request_;
    std::deque<Shared> waiting_;  // of a broadcast; the first is under way
};

class Server {
public:
    Server(std::uint16_t port, bool deflate) : deflate_(deflate) {
        const Tcp::endpoint address(asio::ip::address_v4::loopback(), port);
        acceptor_.open(address.protocol());
        acceptor_.set_option(Acceptor::reuse_address(true));
        acceptor_.bind(address);
        acceptor_.listen(4096);
        accept();
    }
    void run() { context_.run(); }

private:
    void accept() {
        acceptor_.async_accept([this](error_code error, Socket socket) {
            if (!error) {
                socket.set_option(Tcp::no_delay(true));
                std::make_shared<Session>(std::move(socket), sessions_, deflate_)->start();
            }
            accept();
        });
    }

    const bool deflate_;
    Sessions sessions_;            // outlives the context, whose handlers own the sessions
    asio::io_context context_{1};  // one thread: Asio takes no locks
    Acceptor acceptor_{context_};
};

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fputs("usage: bench-beast PORT [--deflate]\n", stderr);
        return 2;
    }
    const bool deflate = argc > 2 && std::string_view(argv[2]) == "--deflate";
    Server(static_cast<std::uint16_t>(std::atoi(argv[1])), deflate).run();
}
