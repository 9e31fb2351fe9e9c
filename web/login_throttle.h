#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "web/failure_table.h"

namespace zanhu::web {

/// Slows down the guessing of passwords: so many failures per account, and per client address, within a
/// window, then a wait. An attempt counts as failed from its beginning, so that many at once gain nothing.
/// Owned by the site; any thread.
class LoginThrottle {
public:
    using Clock = FailureTable::Clock;
    static constexpr std::size_t k_capacity = 10'000;  // names in each table, some 2 MiB in all

    LoginThrottle(std::int64_t limit, std::chrono::seconds window, std::size_t capacity = k_capacity);

    /// Whom an attempt is counted for.
    struct Client {
        Client(std::string_view username, std::string_view client_address);
        std::string account;
        std::string address;  ///< IPv6 by its /64, which one subscriber has; empty, and not counted, for a
                              ///< Unix socket and a client that its proxy does not name
    };

    /// Counts an attempt; or counts nothing and says how long to wait, rounded up.
    [[nodiscard]] std::optional<std::chrono::seconds> begin(const Client& client, Clock::time_point now);
    /// The attempt could not be judged: takes it back.
    void cancel(const Client& client);
    /// The password was right: the account starts anew, the address has this attempt back.
    void succeed(const Client& client);

private:
    static bool counts(const Client& client) noexcept { return !client.address.empty(); }

    std::mutex mutex_;  // guards both tables
    FailureTable accounts_;
    FailureTable addresses_;
};

}  // namespace zanhu::web
