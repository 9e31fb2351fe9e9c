#include "app/mapping.h"

#include <Poco/Exception.h>
#include <Poco/Net/DNS.h>
#include <Poco/Net/HostEntry.h>

#include <zanhu/errors.h>

#include "core/settings/deflate_settings.h"

namespace zanhu::app {

namespace {

const char* same_site_name(settings::SiteSettings::SameSite same_site) {
    switch (same_site) {
        case settings::SiteSettings::SameSite::strict:
            return "Strict";
        case settings::SiteSettings::SameSite::none:
            return "None";
        case settings::SiteSettings::SameSite::lax:
            break;
    }
    return "Lax";
}

net::Address resolve(const settings::ListenAddress& listen, const std::string& section) {
    try {
        const auto addresses = Poco::Net::DNS::hostByName(listen.host).addresses();
        settings::ListenAddress numeric = listen;
        if (!addresses.empty()) numeric.host = addresses.front().toString();
        return net::Address::parse(numeric.text());
    } catch (const Poco::Exception& error) {
        throw ConfigError("[" + section + "] listen: the host '" + listen.host + "' is not known (" +
                          error.displayText() + "); write an address, such as 127.0.0.1:8000");
    }
}

connection::CompressionOptions compression_options(const settings::Settings& settings) {
    const auto deflate = settings::DeflateSettings::from(settings);
    connection::CompressionOptions options;
    options.enabled = deflate.enabled;
    options.willing.server_max_window_bits = static_cast<std::uint8_t>(deflate.server_max_window_bits);
    options.willing.client_max_window_bits = static_cast<std::uint8_t>(deflate.client_max_window_bits);
    options.willing.server_no_context_takeover = deflate.server_no_context_takeover;
    options.willing.client_no_context_takeover = deflate.client_no_context_takeover;
    options.deflate.effort.level = deflate.level;
    options.deflate.effort.memory_level = deflate.memory_level;
    options.deflate.threshold = deflate.threshold;
    options.deflate.max_unfinished = deflate.max_unfinished;
    options.max_contexts = deflate.max_contexts;
    options.context_timeout = deflate.context_timeout;
    return options;
}

net::NetworkList proxies(const settings::Settings& settings,
                         const std::string& section,
                         const std::vector<std::string>& entries) {
    try {
        return net::NetworkList(entries);
    } catch (const ConfigError& error) {
        throw ConfigError(settings.describe(section, "proxy_protocol", error.what()));
    }
}

connection::Proxies trusted_proxies(const settings::Settings& settings) {
    const auto given = settings::ProxySettings::from(settings);
    const auto fields = given.fields == settings::ProxySettings::Fields::forwarded
                            ? connection::ForwardingFields::forwarded
                            : connection::ForwardingFields::x_forwarded;
    try {
        return {net::NetworkList(given.trusted), fields};
    } catch (const ConfigError& error) {
        throw ConfigError(settings.describe("proxies", "trusted", error.what()));
    }
}

}  // namespace

connection::Options connection_options(const settings::Settings& settings) {
    const auto http = settings::HttpSettings::from(settings);
    const auto websocket = settings::WebsocketSettings::from(settings);
    const auto outbox = settings::OutboxSettings::from(settings);
    const auto layer = settings::LayerSettings::from(settings);
    connection::Options options;
    options.tls_handshake_timeout = settings::TlsSettings::from(settings).handshake_timeout;
    options.head.max_size = http.max_head_size;
    options.head.max_target = http.max_target_size;
    options.head.max_fields = http.max_fields;
    options.max_body_size = http.max_body_size;
    options.head_timeout = http.head_timeout;
    options.body_timeout = http.body_timeout;
    options.keep_alive_timeout = http.keep_alive_timeout;
    options.message.max_message_size = websocket.max_message_size;
    options.message.max_frame_size = websocket.max_frame_size;
    options.message.max_fragments = static_cast<std::uint32_t>(websocket.max_fragments);
    options.route_not_found = static_cast<int>(websocket.route_not_found);
    options.handshake_timeout = websocket.handshake_timeout;
    options.ping_interval = websocket.ping_interval;
    options.ping_timeout = websocket.ping_timeout;
    options.idle_timeout = websocket.idle_timeout;
    options.close_timeout = websocket.close_timeout;
    options.disconnect_timeout = websocket.disconnect_timeout;
    options.inbox_messages = websocket.inbox_messages;
    options.inbox_bytes = websocket.inbox_bytes;
    options.layer_messages = layer.capacity;
    options.layer_expiry = layer.expiry;
    options.layer_full = layer.full == settings::LayerSettings::Full::close
                             ? connection::FullInbox::close
                             : connection::FullInbox::drop_oldest;
    options.compression = compression_options(settings);
    options.outbox_soft = outbox.soft_limit;
    options.outbox_hard = outbox.hard_limit;
    options.outbox_soft_timeout = outbox.soft_timeout;
    const auto limits = settings::LimitSettings::from(settings);
    options.rates.messages = limits.messages_per_second;
    options.rates.bytes = limits.bytes_per_second;
    options.rates.excess = limits.excess == settings::LimitSettings::Excess::close
                               ? connection::Rates::Excess::close
                               : connection::Rates::Excess::delay;
    options.proxies = trusted_proxies(settings);
    return options;
}

connection::Admission::Limits admission_limits(const settings::Settings& settings) {
    const auto given = settings::LimitSettings::from(settings);
    connection::Admission::Limits limits;
    limits.connections = settings::ServerSettings::from(settings).max_connections;
    limits.connections_per_address = given.connections_per_address;
    limits.sockets_per_user = given.sockets_per_user;
    limits.handshakes = given.handshakes_per_second;
    limits.handshakes_per_address = given.handshakes_per_second_per_address;
    return limits;
}

layer::MemoryLayer::Options layer_options(const settings::Settings& settings, std::string_view alias) {
    const auto layer = settings::LayerSettings::from(settings, alias);
    layer::MemoryLayer::Options options;
    options.capacity = layer.capacity;
    options.expiry = layer.expiry;
    return options;
}

SiteOptions site_options(const settings::Settings& settings, bool demo) {
    const auto site = settings::SiteSettings::from(settings);
    const auto login = settings::LoginSettings::from(settings);
    SiteOptions options;
    options.allowed_hosts = site.allowed_hosts;
    options.session_cookie_name = site.session_cookie_name;
    options.session_cookie_age = site.session_cookie_age;
    options.session_cookie_domain = site.session_cookie_domain;
    options.session_cookie_path = site.session_cookie_path;
    options.session_cookie_secure = site.session_cookie_secure;
    options.session_cookie_http_only = site.session_cookie_httponly;
    options.session_cookie_same_site = same_site_name(site.session_cookie_samesite);
    options.csrf_cookie_name = site.csrf_cookie_name;
    options.csrf_cookie_secure = site.csrf_cookie_secure;
    options.csrf_trusted_origins = site.csrf_trusted_origins;
    options.user_group = site.user_group;
    options.title = site.title;
    options.demo = demo;
    options.login_attempts = login.attempts;
    options.login_window = std::chrono::duration_cast<std::chrono::seconds>(login.window);
    return options;
}

std::vector<ListenPoint> listen_points(const settings::Settings& settings, bool demo) {
    std::vector<ListenPoint> points;
    const auto add = [&](const auto& section, const std::string& name, bool tls) {
        for (const auto& listen : section.listen) {
            points.push_back(
                ListenPoint{resolve(listen, name), tls, proxies(settings, name, section.proxy_protocol)});
            const net::Address& address = points.back().address;
            if (!demo || address.is_loopback()) continue;
            throw ConfigError("[" + name +
                              "] listen: the demo has known passwords and listens on loopback only, not on " +
                              address.to_string() + "; run without --demo to serve others");
        }
    };
    add(settings::ServerSettings::from(settings), "server", false);
    add(settings::TlsSettings::from(settings), "tls", true);
    return points;
}

std::vector<net::Address> metrics_addresses(const settings::Settings& settings) {
    std::vector<net::Address> addresses;
    for (const auto& listen : settings::MetricsSettings::from(settings).listen)
        addresses.push_back(resolve(listen, "metrics"));
    return addresses;
}

}  // namespace zanhu::app
