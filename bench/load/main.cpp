// The load generator: one thread, one epoll, many WebSockets. Without arguments it says how it is used.
#include <cstdio>

#include "bench/load/modes.h"

int main(int argc, char** argv) {
    using namespace zanhu::bench;
    const Options options = parse_options(argc, argv);
    if (options.mode == "echo") {
        run_echo(options);
    } else if (options.mode == "broadcast") {
        run_broadcast(options);
    } else if (options.mode == "listen") {
        run_listen(options);
    } else if (options.mode == "handshake") {
        run_handshake(options);
    } else if (options.mode == "idle") {
        run_idle(options);
    } else {
        std::fprintf(stderr, "bench-load: there is no mode '%s'\n", options.mode.c_str());
        return 2;
    }
}
