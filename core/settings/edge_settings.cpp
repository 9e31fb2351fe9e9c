#include "core/settings/edge_settings.h"

#include "core/settings/listen.h"
#include "core/settings/settings.h"

namespace zanhu::settings {

LimitSettings LimitSettings::from(const Settings& settings) {
    const auto view = settings.section("limits");
    const auto count = [&](std::string_view key) { return static_cast<std::uint64_t>(view.integer(key)); };
    LimitSettings limits;
    limits.connections_per_address = count("connections_per_address");
    limits.sockets_per_user = count("sockets_per_user");
    limits.handshakes_per_second = count("handshakes_per_second");
    limits.handshakes_per_second_per_address = count("handshakes_per_second_per_address");
    limits.messages_per_second = count("messages_per_second");
    limits.bytes_per_second = view.bytes("bytes_per_second");
    limits.excess = view.text("excess") == "close" ? Excess::close : Excess::delay;
    return limits;
}

ProxySettings ProxySettings::from(const Settings& settings) {
    const auto view = settings.section("proxies");
    ProxySettings proxies;
    proxies.trusted = view.list("trusted");
    proxies.fields = view.text("fields") == "forwarded" ? Fields::forwarded : Fields::x_forwarded;
    return proxies;
}

MetricsSettings MetricsSettings::from(const Settings& settings) {
    Problems problems;
    MetricsSettings metrics;
    metrics.listen = read_listen(settings, "metrics", problems);
    metrics.listen_is_set = settings.is_set("metrics", "listen");
    problems.raise_if_any();
    return metrics;
}

}  // namespace zanhu::settings
