#include "core/storage/message_rows.h"

#include "core/storage/moment.h"
#include "core/storage/uuid.h"

namespace zanhu::storage {

using namespace Poco::Data::Keywords;

void MessageRow::bind_to(Poco::Data::Statement& select) {
    select, into(id), into(sender), into(recipient), into(text), into(unread), into(created_at);
}

Message MessageRow::message() const {
    Message message;
    message.id = uuid_with_hyphens(id);
    message.sender = sender;
    message.recipient = recipient;
    message.text = text;
    message.created_at = database_to_iso(created_at);
    message.unread = unread;
    return message;
}

}  // namespace zanhu::storage
