#pragma once

#include <exception>
#include <string>

#include <zanhu/application.h>
#include <zanhu/testing/test_loop.h>

namespace zanhu::testing {

/// One run of an application: what the communicators have in common. Owned by the test; its thread only.
class ApplicationRun {
public:
    ApplicationRun(const ApplicationRun&) = delete;
    ApplicationRun& operator=(const ApplicationRun&) = delete;

    /// To be filled before the application begins.
    Scope& scope() noexcept { return scope_; }
    bool ended() const noexcept { return ended_; }

protected:
    ApplicationRun(Application& application, TestLoop& loop) noexcept
        : application_(application), loop_(loop) {}
    ~ApplicationRun() = default;

    /// Makes the scope that of a GET by a client on this machine.
    void fill_scope(ScopeType type, std::string scheme, std::string path);
    /// Begins it on the loop. What it throws before it is a task goes to the link, which is the derived
    /// class's.
    void begin(Link& link);
    /// Runs it to its end, and throws what it has thrown.
    void run_to_end();
    /// Throws what it has thrown, if it has ended.
    void throw_failure();
    /// To its end, and until nothing refers to the link any more: for the end of a derived class that has
    /// told it to end.
    void run_out();
    TestLoop& loop() noexcept { return loop_; }

private:
    Application& application_;
    TestLoop& loop_;
    Scope scope_;
    Task<void> task_;
    std::exception_ptr early_failure_;
    bool ended_ = false;
};

}  // namespace zanhu::testing
