#pragma once

#include <deque>
#include <exception>
#include <memory>
#include <optional>
#include <string>

#include <zanhu/testing/application_run.h>

namespace zanhu::testing {

/// Drives an application with one WebSocket, without a socket (Channels: WebsocketCommunicator). Fill
/// scope(), then connect(). It keeps the order of a real connection: Connect first, Disconnect once and last,
/// Cancelled behind it. Owned by the test; its thread only.
class WebsocketCommunicator : public ApplicationRun {
public:
    /// How the handshake ended.
    struct Answer {
        Answer() = default;
        bool accepted = false;
        int status = 0;  ///< 101, 403, 500, or what a denial response said; 0: no answer
        std::string subprotocol;
        Headers headers;   ///< of the 101 or of the denial
        std::string body;  ///< of the denial
    };

    WebsocketCommunicator(Application& application, TestLoop& loop, std::string path = "/");
    /// Disconnects and waits, if the test has not.
    ~WebsocketCommunicator();

    Link& link() noexcept;

    /// Begins the application and runs it until it has answered the handshake or has ended. What it throws
    /// comes out here.
    Answer connect();
    /// Begins the application and does not wait for its answer.
    void start();
    Answer answer();

    void send_to(std::string text);
    void send_bytes_to(std::string bytes);
    void send_json_to(const Value& content) { send_to(to_json(content)); }
    /// An event of the channel layer that comes from no group.
    DeliverResult push(LayerMessage message);

    /// The next message to the client; runs the application until there is one. Throws std::runtime_error
    /// when it closes or ends instead.
    Receive receive_message();
    std::string receive_from() { return receive_message().data; }
    /// The next message read as JSON. Throws std::runtime_error when it is none.
    Value receive_json_from();
    /// Whether the application has come to rest without a message to the client.
    bool receive_nothing();
    /// The close frame; runs the application until there is one.
    Close receive_close();

    /// The client closes or vanishes; runs the application until it has come to rest.
    void disconnect(CloseCode code = CloseCode::normal);
    /// Runs the application to its end. What it throws comes out here.
    void wait();

    /// The client stops reading: sends are queued and their senders wait. False lets them go on.
    void stall(bool stalled);
    /// What the application gave to Link::fail; empty when it did not.
    std::string failure() const;
    /// How often Link::fail was called.
    int failures() const;
    /// Who attached itself for broadcasts.
    Inbox* attached() const;

private:
    class SocketLink;

    std::unique_ptr<SocketLink> link_;
    bool started_ = false;
};

}  // namespace zanhu::testing
