#pragma once

#include <Poco/Data/Session.h>

#include <chrono>
#include <string>

namespace zanhu::storage {

/// Connects to a server with one of Poco's connectors. Blocks for `timeout` at most, in whole seconds. Throws
/// ServerFailure, in which the password never stands.
Poco::Data::Session open_server_session(const std::string& connector,
                                        const std::string& connection_string,
                                        const std::string& password,
                                        std::chrono::milliseconds timeout);

}  // namespace zanhu::storage
