#pragma once

#include <zanhu/link.h>
#include <zanhu/scope.h>
#include <zanhu/task.h>

namespace zanhu {

/// Everything is an application (ASGI): router, middleware, consumer, page. One object serves all connections
/// of a loop and more: state of a connection belongs into the scope or into the coroutine, never into the
/// application. Owned by the tree that the daemon wires; any loop may call run().
class Application {
public:
    Application() = default;
    Application(const Application&) = delete;
    Application& operator=(const Application&) = delete;
    virtual ~Application() = default;

    /// One connection's (or request's) whole life. `scope` and `link` outlive the task. An application that
    /// only looks and hands on returns the inner application's task instead of awaiting it, which costs no
    /// coroutine frame. An exception ends the connection: 500 before the accept or response, close code 1011
    /// after it.
    virtual Task<void> run(Scope& scope, Link& link) = 0;
};

}  // namespace zanhu
