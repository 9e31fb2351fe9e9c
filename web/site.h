#pragma once

#include <zanhu/application.h>
#include <zanhu/services.h>

#include "web/site_context.h"

namespace zanhu::web {

/// The built-in site: log-in, chat page, their files, and the JSON interface of the page. Owned by the
/// application tree; one object serves all requests of all loops. Needs the slots of AuthMiddlewareStack in
/// the scope.
///
/// What can be answered is answered: a full database is 503 (with Retry-After where waiting helps), an error
/// of ours is 500, and both are logged as "zanhu.web"; run() throws only Cancelled.
class Site final : public Application {
public:
    /// `services` must outlive the site. Throws Error when the built-in pages are incomplete.
    explicit Site(Services& services) : context_(services) {}

    Task<void> run(Scope& scope, Link& link) override;

private:
    Task<Response> answer(const Request& request, bool host_ok);

    SiteContext context_;
};

}  // namespace zanhu::web
