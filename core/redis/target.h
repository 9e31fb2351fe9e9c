#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/net/tls_client.h"

namespace zanhu::redis {

struct HostPort {
    HostPort() = default;
    HostPort(std::string name, std::uint16_t number) : host(std::move(name)), port(number) {}
    bool operator==(const HostPort&) const = default;
    std::string host;  ///< a name or an address, IPv6 without its brackets
    std::uint16_t port = 6379;
};

struct Credentials {
    Credentials() = default;
    bool operator==(const Credentials&) const = default;
    std::string user;  ///< empty: the default user
    std::string password;
};

/// Where one Redis is and what to say to it: the URL forms of redis-py, and one for Sentinel. A value type.
///
///     redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE]
///     rediss://...[?ssl_cert_reqs=none][&ssl_check_hostname=no][&ssl_ca_certs=FILE]
///                 [&ssl_certfile=FILE][&ssl_keyfile=FILE]   with TLS
///     unix://[[USER]:PASSWORD@]/PATH[?db=DATABASE]
///     sentinel://[[USER]:PASSWORD@]HOST[:PORT][;HOST[:PORT]...]/MASTER[/DATABASE][?sentinel_password=...]
///     HOST[:PORT]
class Target {
public:
    /// Throws ConfigError, whose text never holds a password.
    static Target parse(std::string_view text);

    bool tls() const noexcept { return tls_; }
    const net::TlsClientOptions& tls_options() const noexcept { return tls_options_; }
    const std::string& unix_path() const noexcept { return unix_path_; }    ///< empty: over TCP
    const std::vector<HostPort>& hosts() const noexcept { return hosts_; }  ///< of Sentinel: several
    const std::string& master() const noexcept { return master_; }          ///< empty: no Sentinel
    const Credentials& credentials() const noexcept { return credentials_; }
    const Credentials& sentinel_credentials() const noexcept { return sentinel_credentials_; }
    unsigned database() const noexcept { return database_; }
    bool names_database() const noexcept { return names_database_; }
    void set_database(unsigned number) noexcept { database_ = number; }
    /// Of one Sentinel itself, to ask it for the master.
    Target sentinel(const HostPort& place) const;
    bool is_sentinel_node() const noexcept { return sentinel_node_; }

    /// For logs and errors: without passwords.
    std::string description() const;

private:
    void parse_authority(std::string_view authority);
    void parse_path(std::string_view path);
    void parse_query(std::string_view query);
    bool take_tls_option(std::string_view name, const std::string& value);
    void take_database(const std::string& text);

    bool tls_ = false;
    net::TlsClientOptions tls_options_;
    std::string unix_path_;
    std::vector<HostPort> hosts_;
    std::string master_;
    Credentials credentials_;
    Credentials sentinel_credentials_;
    unsigned database_ = 0;
    bool names_database_ = false;
    bool sentinel_ = false;
    bool sentinel_node_ = false;
};

}  // namespace zanhu::redis
