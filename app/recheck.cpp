#include "app/recheck.h"

#include <exception>
#include <utility>

#include <zanhu/close_code.h>
#include <zanhu/errors.h>
#include <zanhu/limited_log.h>
#include <zanhu/sync.h>

#include "core/base/metrics.h"

namespace zanhu::app {

namespace {

Counter looked_up("recheck_lookups_total",
                  "Sessions, tokens and users of open sockets that were looked up again");
Counter closed("recheck_closed_total",
               "Sockets closed with 4401 because their person may not be connected any more");
Counter failed("recheck_failed_total", "Batches of sockets that could not be looked up; they stay open");
LimitedLog recheck_log("zanhu.recheck");

constexpr const char* k_reason = "the session or token is no longer good; log in again";

}  // namespace

void Recheck::start() {
    if (settings_.interval.count() == 0) {
        done_.set_value();
        return;
    }
    task_ = run();
    // The frame is freed with this object: a task cannot be freed within its own last turn.
    task_.start([](void* self) { static_cast<Recheck*>(self)->done_.set_value(); }, this);
}

Task<void> Recheck::run() {
    try {
        for (;;) {
            co_await registry_.loop().sleep_for(settings_.interval, cancel_.token());
            co_await sweep();
        }
    } catch (const Cancelled&) {
        // the shutdown
    }
}

Task<void> Recheck::sweep() {
    std::size_t position = registry_.websockets();
    while (position > 0 && !cancel_.cancelled()) {
        std::vector<connection::HeldCredential> batch = registry_.credentials(position, settings_.batch);
        if (batch.empty()) co_return;
        const bool checked = co_await check(std::move(batch));
        if (!checked) co_return;
    }
}

Task<bool> Recheck::check(std::vector<connection::HeldCredential> batch) {
    std::vector<Credential> credentials;
    credentials.reserve(batch.size());
    for (const auto& held : batch)
        credentials.push_back(held.credential);
    std::vector<std::optional<std::string>> owners;
    std::vector<std::optional<std::string>> cached;
    auto job = [this, &credentials, &cached] { return store_.owners(credentials, cached); };
    try {
        cached = co_await sessions_.cached(credentials);
        owners = co_await sync_to_async(db_, job);
    } catch (const std::exception& error) {
        failed.add();
        recheck_log.warning(std::string("open sockets were not looked up again, and stay open: ") +
                            error.what());
        co_return false;
    }
    looked_up.add(batch.size());
    std::vector<connection::HeldCredential> disowned;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        if (owners[i] && *owners[i] != batch[i].user_id) disowned.push_back(std::move(batch[i]));
    }
    if (disowned.empty()) co_return true;
    const std::size_t gone = registry_.close_disowned(disowned, CloseCode::session_ended, k_reason);
    closed.add(gone);
    recheck_log.information("closed " + std::to_string(gone) +
                            " sockets of people who may not be connected any more");
    co_return true;
}

}  // namespace zanhu::app
