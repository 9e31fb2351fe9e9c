#pragma once

#include <string>
#include <vector>

#include <zanhu/services.h>
#include <zanhu/worker_pool.h>

#include "core/storage/message_store.h"

namespace zanhu::storage {

/// Messages for the loops, on the `db` pool; MessageStore says the rules. Owned by the daemon; store and pool
/// outlive it.
class AsyncMessages final : public Messages {
public:
    AsyncMessages(MessageStore& store, WorkerPool& db) : store_(store), db_(db) {}

    Task<StoreResult> store(Message message) override;
    Task<MessagePage> find(MessageQuery query) override;
    Task<std::vector<Conversation>> conversations(std::string username) override;
    Task<void> mark_read(std::string reader, std::string sender) override;

private:
    MessageStore& store_;
    WorkerPool& db_;
};

}  // namespace zanhu::storage
