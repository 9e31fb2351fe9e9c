#include "middleware/middleware.h"

#include <memory>

#include "middleware/auth.h"
#include "middleware/cookie.h"
#include "middleware/origin.h"
#include "middleware/session.h"

namespace zanhu::middleware {

void add_middleware(Components& components) {
    components.add_middleware("OriginValidator", [] { return std::make_unique<OriginValidatorFactory>(); });
    components.add_middleware("AllowedHostsOriginValidator",
                              [] { return std::make_unique<AllowedHostsOriginValidatorFactory>(); });
    components.add_middleware("CookieMiddleware", [] { return std::make_unique<CookieMiddlewareFactory>(); });
    components.add_middleware("SessionMiddleware",
                              [] { return std::make_unique<SessionMiddlewareFactory>(); });
    components.add_middleware("AuthMiddleware", [] { return std::make_unique<AuthMiddlewareFactory>(); });
    components.add_middleware("AuthMiddlewareStack",
                              [] { return std::make_unique<AuthMiddlewareStackFactory>(); });
}

}  // namespace zanhu::middleware
