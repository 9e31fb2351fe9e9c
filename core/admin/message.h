#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <variant>

// What zanhu-admin asks the running daemon over its admin socket, and what the daemon answers: one JSON
// object a line, one answer a request, the next request only after the answer. Plain values without I/O,
// shared by both sides; any thread.
namespace zanhu::admin {

/// Every line carries it as "version"; a change that an older side would misread raises it.
constexpr std::int64_t k_protocol_version = 1;
/// The longest line in bytes, without its end.
constexpr std::size_t k_max_line = std::size_t{1024} * 1024;
/// The longest text of a broadcast in bytes: it fits a line even when every character needs a JSON escape,
/// and a page can still show it.
constexpr std::size_t k_max_text = std::size_t{64} * 1024;

/// Is anybody there?
struct Ping {
    Ping() = default;
    bool operator==(const Ping&) const = default;
};

/// How is it going?
struct StatusQuery {
    StatusQuery() = default;
    bool operator==(const StatusQuery&) const = default;
};

/// Tell everybody, one group, or one user.
struct Broadcast {
    Broadcast() = default;
    explicit Broadcast(std::string what) : text(std::move(what)) {}
    bool operator==(const Broadcast&) const = default;
    std::string text;   ///< 1 to k_max_text bytes
    std::string group;  ///< empty: not a group; never together with `user`
    std::string user;   ///< a user name; empty: not one user
};

/// What happened to an account, so that its sockets must go.
enum class Change : std::uint8_t { disabled, deleted, password };

/// An account was changed in the database.
struct UserChanged {
    UserChanged() = default;
    UserChanged(std::string id, std::string name, Change change)
        : user_id(std::move(id)), username(std::move(name)), what(change) {}
    bool operator==(const UserChanged&) const = default;
    std::string user_id;  ///< the primary key as text
    std::string username;
    Change what = Change::disabled;
};

using Request = std::variant<Ping, StatusQuery, Broadcast, UserChanged>;

struct Pong {
    Pong() = default;
    bool operator==(const Pong&) const = default;
};

/// How many connections took a broadcast.
struct Reached {
    Reached() = default;
    explicit Reached(std::int64_t count) : connections(count) {}
    bool operator==(const Reached&) const = default;
    std::int64_t connections = 0;
};

/// How many sockets of the changed user were closed.
struct Closed {
    Closed() = default;
    explicit Closed(std::int64_t count) : sockets(count) {}
    bool operator==(const Closed&) const = default;
    std::int64_t sockets = 0;
};

struct Status {
    Status() = default;
    bool operator==(const Status&) const = default;
    std::string daemon_version;
    std::int64_t pid = 0;
    std::int64_t uptime_seconds = 0;
    std::int64_t connections = 0;  ///< of any kind, WebSockets among them
    std::int64_t websockets = 0;
    bool draining = false;
    std::map<std::string, std::int64_t> counters;
};

/// Why a request was not carried out.
enum class Failure : std::uint8_t {
    bad_request,
    unsupported_version,
    not_allowed,  ///< another user's socket
    too_many_clients,
    timed_out,
    no_such_user,
    failed,  ///< inside the daemon; its log says more
};

struct Refusal {
    Refusal() = default;
    Refusal(Failure kind, std::string text) : why(kind), message(std::move(text)) {}
    bool operator==(const Refusal&) const = default;
    Failure why = Failure::failed;
    std::string message;  ///< a sentence for a person that says what to do
};

using Reply = std::variant<Pong, Reached, Closed, Status, Refusal>;

/// `disabled`, `deleted`, `password`: as in the protocol.
const char* name_of(Change change) noexcept;
/// `bad_request` and so on: as in the protocol.
const char* name_of(Failure failure) noexcept;

}  // namespace zanhu::admin
