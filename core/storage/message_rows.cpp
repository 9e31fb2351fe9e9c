#include "core/storage/message_rows.h"

#include "core/storage/moment.h"
#include "core/storage/uuid.h"

namespace zanhu::storage {

Message message_of(const Row& row, std::size_t first) {
    Message message;
    message.id = uuid_with_hyphens(row.text(first));
    message.sender = row.text(first + 1);
    message.recipient = row.text(first + 2);
    message.text = row.text(first + 3);
    message.unread = row.boolean(first + 4);
    message.created_at = database_to_iso(row.text(first + 5));
    return message;
}

}  // namespace zanhu::storage
