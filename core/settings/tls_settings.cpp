#include "core/settings/tls_settings.h"

#include <algorithm>

#include "core/settings/settings.h"

namespace zanhu::settings {

namespace {

void check_file(const Settings& settings, const char* key, const std::string& path, Problems& problems) {
    if (path.empty()) {
        problems.add(settings.describe(
            "tls", key, "is missing, and [tls] listen is set; name a file in PEM form, or unset listen"));
    } else if (!path.starts_with('/')) {
        problems.add(settings.describe("tls", key, "`" + path + "` is relative; write an absolute path"));
    }
}

/// The same address in both sections would be bound twice.
void check_apart(const Settings& settings, const TlsSettings& tls, Problems& problems) {
    Problems told_elsewhere;
    const auto plain = read_listen(settings, "server", told_elsewhere);
    for (const ListenAddress& address : tls.listen) {
        if (address.port == 0 || std::find(plain.begin(), plain.end(), address) == plain.end()) continue;
        problems.add(settings.describe(
            "tls", "listen", "`" + address.text() + "` is also in [server] listen; give it another port"));
    }
}

}  // namespace

TlsSettings TlsSettings::from(const Settings& settings) {
    const auto view = settings.section("tls");
    Problems problems;
    TlsSettings tls;
    tls.listen = read_listen(settings, "tls", problems);
    tls.proxy_protocol = view.list("proxy_protocol");
    tls.certificate = view.text("certificate");
    tls.private_key = view.text("private_key");
    tls.chain = view.text("chain");
    tls.minimum_version = view.text("minimum_version") == "TLSv1.3" ? Version::tls13 : Version::tls12;
    tls.ciphers = view.text("ciphers");
    tls.ciphersuites = view.text("ciphersuites");
    tls.curves = view.text("curves");
    tls.session_tickets = view.boolean("session_tickets");
    tls.session_cache = static_cast<std::size_t>(view.integer("session_cache"));
    tls.session_timeout = view.duration("session_timeout");
    tls.handshake_timeout = view.duration("handshake_timeout");
    tls.handshake_budget = static_cast<unsigned>(view.integer("handshake_budget"));
    if (!view.list("listen").empty()) {
        check_file(settings, "certificate", tls.certificate, problems);
        check_file(settings, "private_key", tls.private_key, problems);
        if (!tls.chain.empty()) check_file(settings, "chain", tls.chain, problems);
        check_apart(settings, tls, problems);
    }
    problems.raise_if_any();
    return tls;
}

}  // namespace zanhu::settings
