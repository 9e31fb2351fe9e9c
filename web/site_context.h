#pragma once

#include <zanhu/services.h>

#include "web/login_throttle.h"
#include "web/page_set.h"
#include "web/request.h"
#include "web/response.h"
#include "web/static_handler.h"

namespace zanhu::web {

/// What the handlers share: owned by the Site, used from every loop. Nothing in it belongs to one request.
struct SiteContext {
    explicit SiteContext(Services& site_services)
        : services(site_services), throttle(options().login_attempts, options().login_window) {}

    const SiteOptions& options() const { return services.site(); }

    Services& services;
    LoginThrottle throttle;
    const PageSet pages;
    const StaticHandler files;
};

/// Answers one kind of request. Both references are owned by what awaits the task.
using Handler = Task<Response> (*)(SiteContext& context, const Request& request);

}  // namespace zanhu::web
