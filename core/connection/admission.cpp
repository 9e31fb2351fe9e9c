#include "core/connection/admission.h"

#include "core/base/metrics.h"
#include "core/base/shrink_buckets.h"
#include "core/net/ip_address.h"

namespace zanhu::connection {

namespace {

constexpr char k_help[] = "Connections and handshakes refused because of a limit";
Counter over_connections("limit_refused_total", k_help, "limit=\"connections\"");
Counter over_address("limit_refused_total", k_help, "limit=\"connections_per_address\"");
Counter over_user("limit_refused_total", k_help, "limit=\"sockets_per_user\"");
Counter over_handshakes("limit_refused_total", k_help, "limit=\"handshakes\"");
Counter over_address_handshakes("limit_refused_total", k_help, "limit=\"handshakes_per_address\"");
Counter untracked("limit_untracked_total",
                  "Handshakes that were not slowed down because too many addresses came at once");

constexpr std::chrono::seconds k_between_sweeps{1};

/// An IPv6 subscriber has a /64 and may take any address in it.
std::string subscriber(std::string_view address) {
    const auto parsed = net::IpAddress::parse(address);
    return parsed ? parsed->subscriber().to_string() : std::string(address);
}

}  // namespace

Seat::~Seat() {
    if (entry_ != nullptr) entry_->table->give_back(*entry_);
}

Seat SeatTable::take(const std::string& name, std::size_t limit) {
    const std::lock_guard lock(mutex_);
    const auto [found, is_new] = seats_.try_emplace(name);
    Seat::Entry& entry = found->second;
    if (is_new) {
        entry.table = this;
        entry.name = &found->first;
    } else if (entry.taken >= limit) {
        return Seat();
    }
    ++entry.taken;
    return Seat(entry);
}

void SeatTable::give_back(Seat::Entry& entry) noexcept {
    const std::lock_guard lock(mutex_);
    if (--entry.taken > 0) return;
    seats_.erase(seats_.find(*entry.name));
    shrink_buckets(seats_);
}

Pace::Duration PaceTable::try_take(const std::string& name, Pace::Time now, std::uint64_t rate) {
    const std::lock_guard lock(mutex_);
    if (paces_.size() >= k_most_names && now - swept_ >= k_between_sweeps) {
        swept_ = now;
        std::erase_if(paces_, [now](const auto& entry) { return entry.second.is_full(now); });
        shrink_buckets(paces_);
    }
    auto found = paces_.find(name);
    if (found == paces_.end()) {
        if (paces_.size() >= k_most_names) {
            untracked.add();
            return Pace::Duration::zero();
        }
        found = paces_.emplace(name, Pace()).first;
    }
    return found->second.try_take(now, rate);
}

bool Admission::enter() noexcept {
    const std::size_t now = total_.fetch_add(1, std::memory_order_relaxed) + 1;
    if (now <= limits_.connections) return true;
    over_connections.add();
    return false;
}

bool Admission::seat_address(std::string_view address, Seat& seat) {
    if (limits_.connections_per_address == 0 || address.empty()) return true;
    seat = addresses_.take(subscriber(address), limits_.connections_per_address);
    if (!seat.taken()) over_address.add();
    return seat.taken();
}

bool Admission::seat_user(std::string_view user_id, Seat& seat) {
    if (limits_.sockets_per_user == 0) return true;
    seat = users_.take(std::string(user_id), limits_.sockets_per_user);
    if (!seat.taken()) over_user.add();
    return seat.taken();
}

Admission::Verdict Admission::handshake(std::string_view address, Pace::Time now) {
    Pace::Duration wait{0};
    Verdict verdict;
    if (limits_.handshakes_per_address > 0 && !address.empty()) {
        wait = address_handshakes_.try_take(subscriber(address), now, limits_.handshakes_per_address);
        if (wait.count() > 0) {
            over_address_handshakes.add();
            verdict.status = 429;
        }
    }
    if (limits_.handshakes > 0 && verdict.admitted()) {
        const std::lock_guard lock(mutex_);
        wait = handshakes_.try_take(now, limits_.handshakes);
        if (wait.count() > 0) {
            over_handshakes.add();
            verdict.status = 503;
        }
    }
    verdict.retry_after = std::chrono::ceil<std::chrono::seconds>(wait);
    return verdict;
}

}  // namespace zanhu::connection
