#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "core/connection/pace.h"

namespace zanhu::connection {

class SeatTable;

/// A place among those that one address or one user may have; given back when it is destroyed. Empty where
/// places are not counted. Loop thread of its connection; eight bytes.
class Seat {
public:
    Seat() = default;
    Seat(Seat&& other) noexcept : entry_(std::exchange(other.entry_, nullptr)) {}
    Seat& operator=(Seat&& other) noexcept {
        std::swap(entry_, other.entry_);
        return *this;
    }
    ~Seat();
    bool taken() const noexcept { return entry_ != nullptr; }

private:
    friend class SeatTable;
    struct Entry {
        SeatTable* table = nullptr;
        const std::string* name = nullptr;
        std::size_t taken = 0;
    };
    explicit Seat(Entry& entry) noexcept : entry_(&entry) {}
    Entry* entry_ = nullptr;
};

/// How many places are taken under each name; holds as many names as there are connections. Any thread.
class SeatTable {
public:
    /// A seat for that name, or none when `limit` of them are taken.
    Seat take(const std::string& name, std::size_t limit);

private:
    friend class Seat;
    void give_back(Seat::Entry& entry) noexcept;

    std::mutex mutex_;  // guards seats_ and what is in it
    std::unordered_map<std::string, Seat::Entry> seats_;
};

/// How often something may happen a second under each name. Holds a bounded number of names: one more is not
/// slowed down, which is counted. Any thread.
class PaceTable {
public:
    /// As Pace::try_take.
    Pace::Duration try_take(const std::string& name, Pace::Time now, std::uint64_t rate);

private:
    static constexpr std::size_t k_most_names = 65'536;  // some 6 MiB

    std::mutex mutex_;  // guards what follows
    std::unordered_map<std::string, Pace> paces_;
    Pace::Time swept_{};
};

/// Who may still come in: the bounds that hold for all loops together. Zero is no bound. One object for each
/// set of loops, owned by who made them; any thread.
class Admission {
public:
    struct Limits {
        std::size_t connections = 20'000;
        std::size_t connections_per_address = 0;
        std::size_t sockets_per_user = 0;
        std::uint64_t handshakes = 0;              ///< a second
        std::uint64_t handshakes_per_address = 0;  ///< a second
    };

    explicit Admission(Limits limits) noexcept : limits_(limits) {}

    const Limits& limits() const noexcept { return limits_; }

    /// A connection has come; false when it is one too many, which counts until it leaves all the same.
    bool enter() noexcept;
    /// A connection has gone.
    void leave() noexcept { total_.fetch_sub(1, std::memory_order_relaxed); }
    std::size_t total() const noexcept { return total_.load(std::memory_order_relaxed); }

    /// Puts a seat for the client at that address into `seat`. False, and counted, when it has as many as it
    /// may; a Unix socket's empty address is not counted.
    bool seat_address(std::string_view address, Seat& seat);
    /// The same for a user's open sockets.
    bool seat_user(std::string_view user_id, Seat& seat);

    /// What becomes of one more handshake.
    struct Verdict {
        int status = 101;  ///< 503: too many in all; 429: too many from that address
        std::chrono::seconds retry_after{0};
        bool admitted() const noexcept { return status == 101; }
    };
    Verdict handshake(std::string_view address, Pace::Time now);
    static Verdict too_many_from_there() noexcept { return {429, std::chrono::seconds(5)}; }

private:
    const Limits limits_;
    std::atomic<std::size_t> total_{0};
    SeatTable addresses_;
    SeatTable users_;
    std::mutex mutex_;  // guards handshakes_
    Pace handshakes_;
    PaceTable address_handshakes_;
};

}  // namespace zanhu::connection
