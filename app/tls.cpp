#include "app/tls.h"

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/Logger.h>
#include <Poco/Timestamp.h>

#include <chrono>

#include <zanhu/errors.h>

#include "core/settings/tls_settings.h"

namespace zanhu::app {

namespace {

// Let's Encrypt renews 30 days ahead, others 14: what is left after that was forgotten.
constexpr std::chrono::hours k_warn_ahead{7 * 24};

net::TlsOptions tls_options(const settings::TlsSettings& tls) {
    net::TlsOptions options;
    options.certificate = tls.certificate;
    options.private_key = tls.private_key;
    options.chain = tls.chain;
    options.minimum = tls.minimum_version == settings::TlsSettings::Version::tls13
                          ? net::TlsOptions::Version::tls13
                          : net::TlsOptions::Version::tls12;
    options.ciphers = tls.ciphers;
    options.ciphersuites = tls.ciphersuites;
    options.curves = tls.curves;
    options.tickets = tls.session_tickets;
    options.cache = tls.session_cache;
    options.session_timeout = std::chrono::duration_cast<std::chrono::seconds>(tls.session_timeout);
    return options;
}

}  // namespace

std::shared_ptr<const net::TlsContext> make_tls_context(const settings::Settings& settings) {
    const auto tls = settings::TlsSettings::from(settings);
    if (!tls.enabled()) return nullptr;
    try {
        return std::make_shared<const net::TlsContext>(tls_options(tls));
    } catch (const net::TlsProblem& problem) {
        throw ConfigError(settings.describe("tls", problem.key(), problem.what()));
    }
}

void report_certificate(const net::TlsContext& context) {
    const auto end = context.not_after();
    const auto left = end - std::chrono::system_clock::now();
    const std::string date = Poco::DateTimeFormatter::format(
        Poco::Timestamp::fromEpochTime(std::chrono::system_clock::to_time_t(end)),
        Poco::DateTimeFormat::ISO8601_FORMAT);
    Poco::Logger& logger = Poco::Logger::get("zanhu.tls");
    if (left < std::chrono::seconds(0)) {
        logger.warning("the certificate was good until " + date +
                       ", and clients refuse it; renew it and send SIGHUP");
    } else if (left < k_warn_ahead) {
        logger.warning("the certificate is good until " + date + " only; renew it and send SIGHUP");
    } else {
        logger.information("the certificate is good until " + date);
    }
}

}  // namespace zanhu::app
