#pragma once

#include <cstdint>
#include <span>

#include <zanhu/settings.h>

namespace zanhu::settings {

// The keys of each fixed section; schema() joins them.
std::span<const KeySpec> server_keys();
std::span<const KeySpec> tls_keys();
std::span<const KeySpec> http_keys();
std::span<const KeySpec> websocket_keys();
std::span<const KeySpec> deflate_keys();
std::span<const KeySpec> outbox_keys();
std::span<const KeySpec> limits_keys();
std::span<const KeySpec> proxies_keys();
std::span<const KeySpec> metrics_keys();
std::span<const KeySpec> channel_layer_keys();
std::span<const KeySpec> redis_keys();
std::span<const KeySpec> pools_keys();
std::span<const KeySpec> database_keys();
std::span<const KeySpec> users_keys();
std::span<const KeySpec> site_keys();
std::span<const KeySpec> recheck_keys();
std::span<const KeySpec> login_keys();
std::span<const KeySpec> logging_keys();
std::span<const KeySpec> plugins_keys();
std::span<const KeySpec> routing_keys();
std::span<const KeySpec> routes_keys();
std::span<const KeySpec> http_routes_keys();
std::span<const KeySpec> workers_keys();

// The keys of every `[route.NAME]`, and of every `[worker.NAME]`.
std::span<const KeySpec> route_keys();
std::span<const KeySpec> worker_keys();

constexpr std::int64_t k_second = 1000;
constexpr std::int64_t k_hour = 3600 * k_second;
constexpr std::int64_t k_day = 24 * k_hour;
constexpr std::int64_t k_kib = 1024;
constexpr std::int64_t k_mib = 1024 * k_kib;
constexpr std::int64_t k_gib = 1024 * k_mib;

}  // namespace zanhu::settings
