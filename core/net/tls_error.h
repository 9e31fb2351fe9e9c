#pragma once

#include <string>

namespace zanhu::net {

/// Why OpenSSL's last call on this thread failed, in its words; empties its queue of errors.
std::string tls_error();

}  // namespace zanhu::net
