#pragma once

#include <stdexcept>
#include <string>

namespace zanhu {

/// The base of every exception that zanhu throws. What it says is meant for a person and says what to do.
class Error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Thrown inside a coroutine whose connection is gone, or whose wait was cancelled. Let it pass: it unwinds
/// the handler, and the connection's clean-up runs as after any other end.
class Cancelled : public Error {
public:
    Cancelled() : Error("cancelled: the connection is gone or is being closed") {}
};

/// A bounded WorkerPool had no place left in its queue. Nothing ran; the caller may answer 503 or try later.
class PoolSaturated : public Error {
public:
    using Error::Error;
};

/// A channel held as many messages as its capacity allows; the message was not stored (Channels:
/// ChannelFull).
class ChannelFull : public Error {
public:
    using Error::Error;
};

/// A channel or group name that Channels would refuse (Channels: the TypeError of a layer's name check).
class InvalidName : public Error {
public:
    using Error::Error;
};

/// An application used its Link out of order: a second accept, a send before accept, a subprotocol that the
/// client did not offer. The connection ends with 500 before the accept and with close code 1011 after it.
class ProtocolMisuse : public Error {
public:
    using Error::Error;
};

/// Thrown from a handler: the consumer has done its work. A socket is closed with 1000, or refused with 403
/// before the accept; disconnect() follows as after any end (Channels: StopConsumer).
class StopConsumer : public Error {
public:
    StopConsumer() : Error("the consumer stops") {}
};

/// Thrown from connect(): as accept() without a subprotocol (Channels: AcceptConnection).
class AcceptConnection : public Error {
public:
    AcceptConnection() : Error("the connection is accepted") {}
};

/// Thrown from connect(): as close(), which refuses the handshake with 403 (Channels: DenyConnection).
class DenyConnection : public Error {
public:
    DenyConnection() : Error("the connection is denied") {}
};

/// No route matches the path. The connection answers as `[websocket] route_not_found` says, HTTP with 404.
class NoRoute : public Error {
public:
    using Error::Error;
};

/// The configuration cannot be used. The text names file, section and key, and says what to do.
class ConfigError : public Error {
public:
    using Error::Error;
};

/// A database failed, is locked, or is full. The statement had no effect that the caller can count on.
class StorageError : public Error {
public:
    using Error::Error;
};

/// Redis cannot be reached, or did not answer in time; whether what was asked for happened is not known.
class BackendUnavailable : public Error {
public:
    using Error::Error;
};

}  // namespace zanhu
