#include "core/settings/typed.h"

#include <sys/un.h>

#include <filesystem>
#include <string_view>

#include "core/settings/schema.h"
#include "core/settings/value.h"

namespace zanhu::settings {
namespace {

void raise_if(bool wrong,
              const Settings& settings,
              std::string_view section,
              std::string_view key,
              const std::string& problem) {
    if (wrong) throw ConfigError(settings.describe(section, key, problem));
}

std::string state_directory_of(const Settings& settings) {
    auto directory = settings.section("server").text("state_directory");
    if (directory.empty()) directory = default_state_directory(settings.environment(), settings.uid());
    raise_if(
        !directory.starts_with('/'),
        settings,
        "server",
        "state_directory",
        "`" + directory + "` is relative; write an absolute path, since the daemon changes its directory");
    return directory;
}

std::string admin_socket_of(const Settings& settings) {
    auto path = settings.section("server").text("admin_socket");
    if (path.empty()) path = default_admin_socket(settings.environment(), settings.uid());
    raise_if(!path.starts_with('/'),
             settings,
             "server",
             "admin_socket",
             "`" + path + "` is relative; write an absolute path, since the daemon changes its directory");
    constexpr std::size_t k_longest = sizeof(sockaddr_un::sun_path) - 1;
    raise_if(path.size() > k_longest,
             settings,
             "server",
             "admin_socket",
             "`" + path + "` is too long for a Unix socket; use " + std::to_string(k_longest) +
                 " characters or fewer");
    return path;
}

}  // namespace

std::string in_state_directory(const Settings& settings, const std::string& path) {
    if (path.starts_with('/')) return path;
    return (std::filesystem::path(state_directory_of(settings)) / path).lexically_normal().string();
}

ServerSettings ServerSettings::from(const Settings& settings) {
    const auto view = settings.section("server");
    Problems problems;
    ServerSettings server;
    server.listen = read_listen(settings, "server", problems);
    if (server.listen.empty() && settings.section("tls").list("listen").empty()) {
        problems.add(
            settings.describe("server", "listen", "is empty; name an address, such as 127.0.0.1:8000"));
    }
    server.proxy_protocol = view.list("proxy_protocol");
    server.loops = static_cast<unsigned>(view.integer("loops"));
    server.max_connections = static_cast<std::size_t>(view.integer("max_connections"));
    server.shutdown_timeout = view.duration("shutdown_timeout");
    problems.collect([&] { server.admin_socket = admin_socket_of(settings); });
    problems.collect([&] { server.state_directory = state_directory_of(settings); });
    problems.raise_if_any();
    return server;
}

HttpSettings HttpSettings::from(const Settings& settings) {
    const auto view = settings.section("http");
    HttpSettings http;
    http.head_timeout = view.duration("head_timeout");
    http.body_timeout = view.duration("body_timeout");
    http.keep_alive_timeout = view.duration("keep_alive_timeout");
    http.max_head_size = view.bytes("max_head_size");
    http.max_fields = static_cast<std::size_t>(view.integer("max_fields"));
    http.max_target_size = view.bytes("max_target_size");
    http.max_body_size = view.bytes("max_body_size");
    raise_if(http.max_target_size > http.max_head_size,
             settings,
             "http",
             "max_target_size",
             "is larger than max_head_size, of which it is a part; lower it or raise max_head_size");
    return http;
}

WebsocketSettings WebsocketSettings::from(const Settings& settings) {
    const auto view = settings.section("websocket");
    WebsocketSettings websocket;
    websocket.handshake_timeout = view.duration("handshake_timeout");
    websocket.max_message_size = view.bytes("max_message_size");
    websocket.max_frame_size = view.bytes("max_frame_size");
    websocket.max_fragments = static_cast<std::size_t>(view.integer("max_fragments"));
    websocket.ping_interval = view.duration("ping_interval");
    websocket.ping_timeout = view.duration("ping_timeout");
    websocket.idle_timeout = view.duration("idle_timeout");
    websocket.close_timeout = view.duration("close_timeout");
    websocket.disconnect_timeout = view.duration("disconnect_timeout");
    websocket.inbox_messages = static_cast<std::size_t>(view.integer("inbox_messages"));
    websocket.inbox_bytes = view.bytes("inbox_bytes");
    websocket.route_not_found = static_cast<unsigned>(view.integer("route_not_found"));
    raise_if(
        websocket.inbox_bytes < websocket.max_message_size,
        settings,
        "websocket",
        "inbox_bytes",
        "is smaller than max_message_size, so that a message of that size would never fit; raise it to " +
            format_bytes(static_cast<std::int64_t>(websocket.max_message_size)) + " or more");
    return websocket;
}

OutboxSettings OutboxSettings::from(const Settings& settings) {
    const auto view = settings.section("outbox");
    OutboxSettings outbox;
    outbox.soft_limit = view.bytes("soft_limit");
    outbox.hard_limit = view.bytes("hard_limit");
    outbox.soft_timeout = view.duration("soft_timeout");
    outbox.write_timeout = view.duration("write_timeout");
    raise_if(outbox.hard_limit < outbox.soft_limit,
             settings,
             "outbox",
             "hard_limit",
             "is smaller than soft_limit; raise it to " +
                 format_bytes(static_cast<std::int64_t>(outbox.soft_limit)) + " or more");
    return outbox;
}

PoolSettings PoolSettings::from(const Settings& settings) {
    const auto view = settings.section("pools");
    const auto count = [&](std::string_view key) { return static_cast<std::size_t>(view.integer(key)); };
    PoolSettings pools;
    pools.db_threads = count("db_threads");
    pools.db_queue = count("db_queue");
    pools.sync_threads = count("sync_threads");
    pools.sync_queue = count("sync_queue");
    pools.hash_threads = count("hash_threads");
    pools.hash_queue = count("hash_queue");
    return pools;
}

LoginSettings LoginSettings::from(const Settings& settings) {
    const auto view = settings.section("login");
    LoginSettings login;
    login.attempts = static_cast<unsigned>(view.integer("attempts"));
    login.window = view.duration("window");
    return login;
}

LoggingSettings LoggingSettings::from(const Settings& settings) {
    const auto view = settings.section("logging");
    LoggingSettings logging;
    logging.level = view.text("level");
    logging.format = view.text("format") == "json" ? Format::json : Format::text;
    if (!view.text("file").empty()) logging.file = in_state_directory(settings, view.text("file"));
    return logging;
}

}  // namespace zanhu::settings
