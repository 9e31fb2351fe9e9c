#pragma once

#include <netinet/in.h>

#include <cstddef>
#include <string>

namespace zanhu::bench {

/// The command line of bench-load.
struct Options {
    std::string mode;              ///< echo, broadcast, listen, handshake or idle
    sockaddr_in server{};          ///< an IPv4 address
    std::string host;              ///< the same as text, for the Host header
    std::string path;              ///< of the request
    std::string trigger;           ///< broadcast: the path of the socket that causes one
    sockaddr_in trigger_server{};  ///< and its server, when that is another one
    std::string cookie = "theme=dark";
    int connections = 100;   ///< open at once; handshake: under way at once
    std::size_t size = 64;   ///< bytes of a message
    int in_flight = 1;       ///< messages of a connection that are not answered yet
    int messages = 20;       ///< broadcasts in all
    double seconds = 3;      ///< echo, handshake: how long; listen: without a message
    bool deflate = false;    ///< messages are compressed, each alone, and answers are wanted so
    bool extensions = true;  ///< offer permessage-deflate, as browsers do
};

/// Ends the program with a usage message when the arguments are wrong.
Options parse_options(int argc, char** argv);

[[noreturn]] void fail(const char* what);

}  // namespace zanhu::bench
