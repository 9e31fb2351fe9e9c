#include "middleware/middleware.h"

#include <memory>

#include "middleware/auth.h"
#include "middleware/cookie.h"
#include "middleware/ip_filter.h"
#include "middleware/jwt_auth.h"
#include "middleware/origin.h"
#include "middleware/rate_limit.h"
#include "middleware/request_log.h"
#include "middleware/session.h"
#include "middleware/token_auth.h"

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
    components.add_middleware("JwtAuthMiddleware",
                              [] { return std::make_unique<JwtAuthMiddlewareFactory>(); });
    components.add_middleware("IpFilter", [] { return std::make_unique<IpFilterFactory>(); });
    components.add_middleware("RateLimit", [] { return std::make_unique<RateLimitFactory>(); });
    components.add_middleware("RequestLog", [] { return std::make_unique<RequestLogFactory>(); });
    components.add_middleware("TokenAuthMiddleware",
                              [] { return std::make_unique<TokenAuthMiddlewareFactory>(); });
}

}  // namespace zanhu::middleware
