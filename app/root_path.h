#pragma once

#include <string>
#include <utility>

#include <zanhu/application.h>

namespace zanhu::app {

/// Gives every connection the configured root_path (Django: FORCE_SCRIPT_NAME), which the outermost router
/// cuts off the path. One that the connection brought along is kept.
class RootPath final : public Application {
public:
    RootPath(std::string root_path, Application& inner) : root_path_(std::move(root_path)), inner_(inner) {}
    Task<void> run(Scope& scope, Link& link) override {
        if (scope.root_path.empty()) scope.root_path = root_path_;
        return inner_.run(scope, link);
    }

private:
    const std::string root_path_;
    Application& inner_;
};

}  // namespace zanhu::app
