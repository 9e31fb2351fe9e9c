#pragma once

#include <zanhu/services.h>

#include "core/storage/row.h"

// Reading messager_message within a job.
namespace zanhu::storage {

/// The columns of message_of(), for a select whose table of messages is `m`, with k_message_joins.
constexpr const char* k_message_columns =
    "m.uuid_id, {s.username}, {r.username}, m.message, m.unread, {moment m.created_at}";
/// A person whose account is gone has no name.
constexpr const char* k_message_joins =
    " FROM messager_message m LEFT JOIN {users} s ON {s.id} = m.sender_id LEFT JOIN {users} r ON {r.id} = "
    "m.recipient_id ";

/// From a row whose columns begin with `first`.
Message message_of(const Row& row, std::size_t first = 0);

}  // namespace zanhu::storage
