#include <exception>
#include <utility>

#include <zanhu/testing/application_run.h>

namespace zanhu::testing {

void ApplicationRun::fill_scope(ScopeType type, std::string scheme, std::string path) {
    scope_.type = type;
    scope_.method = "GET";
    scope_.http_version = "1.1";
    scope_.scheme = std::move(scheme);
    scope_.path = scope_.raw_path = std::move(path);
    scope_.client.address = "127.0.0.1";
    scope_.client.port = 50000;
    scope_.server.address = "127.0.0.1";
    scope_.server.port = 8000;
}

void ApplicationRun::begin(Link& link) {
    loop_.post([this, &link] {
        try {
            task_ = application_.run(scope_, link);
        } catch (...) {
            // An application that is no coroutine throws before there is a task.
            early_failure_ = std::current_exception();
            link.fail(early_failure_);
            ended_ = true;
            return;
        }
        task_.start([](void* self) { static_cast<ApplicationRun*>(self)->ended_ = true; }, this);
    });
}

void ApplicationRun::run_to_end() {
    loop_.run_until([this] { return ended_; });
    throw_failure();
}

void ApplicationRun::throw_failure() {
    if (early_failure_) std::rethrow_exception(early_failure_);
    if (task_.done()) task_.result();
}

void ApplicationRun::run_out() {
    loop_.run_until([this] { return ended_; });
    loop_.run_pending();
    task_ = Task<void>();
}

}  // namespace zanhu::testing
