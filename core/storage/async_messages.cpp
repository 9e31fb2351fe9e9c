#include "core/storage/async_messages.h"

#include <zanhu/sync.h>

namespace zanhu::storage {

Task<Messages::StoreResult> AsyncMessages::store(Message message) {
    auto job = [this, &message] { return store_.store(message); };
    co_return co_await sync_to_async(db_, job);
}

Task<MessagePage> AsyncMessages::find(MessageQuery query) {
    auto job = [this, &query] { return store_.find(query); };
    co_return co_await sync_to_async(db_, job);
}

Task<std::vector<Conversation>> AsyncMessages::conversations(std::string username) {
    auto job = [this, &username] { return store_.conversations(username); };
    co_return co_await sync_to_async(db_, job);
}

Task<void> AsyncMessages::mark_read(std::string reader, std::string sender) {
    auto job = [this, &reader, &sender] { store_.mark_read(reader, sender); };
    co_await sync_to_async(db_, job);
}

}  // namespace zanhu::storage
