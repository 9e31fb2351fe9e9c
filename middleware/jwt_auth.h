#pragma once

#include <span>

#include "middleware/token_auth.h"

namespace zanhu::middleware {

/// `class = JwtAuthMiddleware`: signed tokens (RFC 7519), for example those of djangorestframework-simplejwt.
class JwtAuthMiddlewareFactory final : public TokenAuthFactoryBase {
public:
    std::span<const KeySpec> keys() const override;
    void configure(const ConfigView& section, Services& services) override;
};

}  // namespace zanhu::middleware
