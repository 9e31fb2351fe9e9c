#include <zanhu/event_loop.h>

namespace zanhu {

thread_local EventLoop* EventLoop::current_ __attribute__((tls_model("initial-exec"))) = nullptr;

}  // namespace zanhu
