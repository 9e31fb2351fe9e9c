#include "core/net/tls_error.h"

#include <openssl/err.h>

namespace zanhu::net {

std::string tls_error() {
    const unsigned long code = ERR_peek_last_error();
    ERR_clear_error();
    const char* reason = ERR_reason_error_string(code);
    return reason == nullptr ? "no reason given" : reason;
}

}  // namespace zanhu::net
