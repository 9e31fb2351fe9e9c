#include "bench/load/options.h"

#include <arpa/inet.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace zanhu::bench {

namespace {

[[noreturn]] void usage() {
    std::fprintf(
        stderr,
        "usage: bench-load echo|broadcast|listen|handshake|idle IPV4:PORT PATH [--connections N] [--size "
        "BYTES]\n"
        "           [--in-flight N] [--messages N] [--seconds S] [--trigger PATH] [--cookie TEXT]\n"
        "           [--trigger-server IPV4:PORT] [--deflate] [--no-extensions]\n"
        "It prints 'ready' and waits for a line; then it works, prints what it saw as JSON, and waits for\n"
        "another line (or the end of its input) before it closes its connections. idle begins again then.\n");
    std::exit(2);
}

sockaddr_in parse_address(const std::string& text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos) usage();
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(text.c_str() + colon + 1)));
    if (::inet_pton(AF_INET, text.substr(0, colon).c_str(), &address.sin_addr) != 1) usage();
    return address;
}

bool take_value(Options& options, std::string_view name, const char* value) {
    if (name == "--connections")
        options.connections = std::atoi(value);
    else if (name == "--size")
        options.size = static_cast<std::size_t>(std::atoll(value));
    else if (name == "--in-flight")
        options.in_flight = std::atoi(value);
    else if (name == "--messages")
        options.messages = std::atoi(value);
    else if (name == "--seconds")
        options.seconds = std::atof(value);
    else if (name == "--trigger")
        options.trigger = value;
    else if (name == "--trigger-server")
        options.trigger_server = parse_address(value);
    else if (name == "--cookie")
        options.cookie = value;
    else
        return false;
    return true;
}

}  // namespace

Options parse_options(int argc, char** argv) {
    if (argc < 4) usage();
    Options options;
    options.mode = argv[1];
    options.host = argv[2];
    options.path = argv[3];
    for (int i = 4; i < argc; ++i) {
        const std::string_view name = argv[i];
        if (name == "--deflate") {
            options.deflate = true;
        } else if (name == "--no-extensions") {
            options.extensions = false;
        } else if (i + 1 == argc || !take_value(options, name, argv[++i])) {
            usage();
        }
    }
    options.server = parse_address(options.host);
    return options;
}

void fail(const char* what) {
    std::fprintf(stderr, "bench-load: %s: %s\n", what, std::strerror(errno));
    std::exit(1);
}

}  // namespace zanhu::bench
