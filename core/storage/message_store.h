#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <zanhu/services.h>

#include "core/storage/database.h"

namespace zanhu::storage {

/// Private messages (the owner's messager_message). Owned by the daemon beside the Database, which outlives
/// it. Blocking: on the `db` pool; any thread. Ids come back with hyphens and in lower case, moments as ISO
/// 8601 with microseconds and Z. Throws StorageError for the database, and Error for arguments that no page
/// of ours sends; what each is says the function.
class MessageStore {
public:
    static constexpr std::size_t k_max_page = 200;
    static constexpr std::size_t k_max_conversations = 500;

    explicit MessageStore(Database& database) : database_(database) {}

    /// Uses id, sender, recipient and text. The first of several calls with one id and sender counts,
    /// whatever the others say. `created_at` is made while no other writer is at work and is greater than
    /// every one in the table: so the order of the moments is the order of the commits, and who asks for what
    /// came after one never misses another. (A Django site that writes at the same time keeps its own, looser
    /// order.) Throws Error when the id is no uuid, the text is no UTF-8 or holds U+0000 (which SQLite's text
    /// cannot), or the sender has no account any more.
    Messages::StoreResult store(const Message& message);

    /// In order of time. With `after`: the first ones that follow it, `more` later. Without: the last ones
    /// (that precede `before`), `more` earlier. Neither moment is included; at most k_max_page. Nothing for
    /// people who have no account. Throws Error when a moment is not of the form of created_at.
    MessagePage find(const MessageQuery& query);

    /// Every active account but the person's: those with messages first, the most recent on top, then the
    /// others by name; at most k_max_conversations. Nothing for a person who has no account.
    std::vector<Conversation> conversations(const std::string& username);

    /// What `sender` sent to `reader` is read now; returns how many messages were unread.
    std::size_t mark_read(const std::string& reader, const std::string& sender);

private:
    Database& database_;
};

}  // namespace zanhu::storage
