#include "web/failure_table.h"

#include <cassert>

namespace zanhu::web {

FailureTable::FailureTable(std::int64_t limit, std::chrono::seconds window, std::size_t capacity)
    : limit_(limit), window_(window), capacity_(capacity) {
    assert(limit > 0 && capacity > 0);
}

std::optional<FailureTable::Clock::duration> FailureTable::wait(std::string_view name,
                                                                Clock::time_point now) {
    while (!entries_.empty() && now - entries_.front().began >= window_)
        erase(entries_.begin());
    const auto entry = find(name);
    if (entry == entries_.end() || entry->failures < limit_) return std::nullopt;
    return entry->began + window_ - now;
}

void FailureTable::add(std::string_view name, Clock::time_point now) {
    auto entry = find(name);
    if (entry == entries_.end()) {
        if (entries_.size() >= capacity_) erase(entries_.begin());
        entry = entries_.insert(entries_.end(), Entry{std::string(name), now});
        by_name_.emplace(entry->name, entry);
    }
    ++entry->failures;
}

void FailureTable::take_back(std::string_view name) {
    const auto entry = find(name);
    if (entry != entries_.end() && --entry->failures <= 0) erase(entry);
}

void FailureTable::forget(std::string_view name) {
    const auto entry = find(name);
    if (entry != entries_.end()) erase(entry);
}

FailureTable::Entries::iterator FailureTable::find(std::string_view name) {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? entries_.end() : found->second;
}

void FailureTable::erase(Entries::iterator entry) {
    by_name_.erase(entry->name);
    entries_.erase(entry);
}

}  // namespace zanhu::web
