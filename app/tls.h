#pragma once

#include <memory>

#include "core/net/tls_context.h"
#include "core/settings/settings.h"

// The certificate and ciphers of [tls].
namespace zanhu::app {

/// Reads the files. Null without [tls] listen. Throws ConfigError.
std::shared_ptr<const net::TlsContext> make_tls_context(const settings::Settings& settings);

/// Says in the log until when the certificate is good; warns of one that has ended or is about to.
void report_certificate(const net::TlsContext& context);

}  // namespace zanhu::app
