#include "core/storage/message_store.h"

#include <string_view>
#include <utility>

#include <zanhu/errors.h>
#include <zanhu/forms.h>

#include "core/storage/account_rows.h"
#include "core/storage/message_rows.h"
#include "core/storage/moment.h"
#include "core/storage/uuid.h"

namespace zanhu::storage {

namespace {

using Stored = Messages::Stored;

std::optional<Message> message_by_id(Connection& connection, const std::string& digits) {
    static const std::string select =
        std::string("SELECT ") + k_message_columns + k_message_joins + "WHERE m.uuid_id = ?";
    const auto row = connection.first(select, {digits});
    return row ? std::optional(message_of(*row)) : std::nullopt;
}

/// The clock, unless a message has that moment or a later one already.
std::string next_created_at(Connection& connection) {
    const auto row = connection.first("SELECT {moment max(created_at)} FROM messager_message");
    Moment moment = current_moment();
    const auto last = from_database(row->text(0));
    if (last && moment <= *last) moment = *last + std::chrono::microseconds(1);
    return to_database(moment);
}

void check_text(const std::string& text) {
    if (text.find('\0') != std::string::npos || !is_utf8(text)) {
        throw Error("a message must be text in UTF-8 without U+0000; send it again without that character");
    }
}

Messages::StoreResult outcome(Stored what, Message message) {
    Messages::StoreResult result;
    result.outcome = what;
    result.message = std::move(message);
    return result;
}

Messages::StoreResult store_row(Connection& connection, const std::string& digits, const Message& message) {
    connection.select("{lock}");
    if (auto present = message_by_id(connection, digits)) {
        if (present->sender != message.sender) return outcome(Stored::id_taken, Message());
        return outcome(Stored::existed, std::move(*present));
    }
    const auto sender = person_by_username(connection, message.sender);
    if (!sender)
        throw Error("there is no account named '" + message.sender + "' any more; log in with another one");
    const auto recipient = person_by_username(connection, message.recipient);
    if (!recipient || !recipient->user.is_active) return outcome(Stored::no_such_recipient, Message());

    const std::string created_at = next_created_at(connection);
    connection.change(
        "INSERT INTO messager_message (uuid_id, sender_id, recipient_id, message, unread, created_at) "
        "VALUES (?, {key}, {key}, ?, TRUE, ?)",
        {digits, sender->key, recipient->key, message.text, moment(created_at)});
    Message stored = message;
    stored.id = uuid_with_hyphens(digits);
    stored.created_at = database_to_iso(created_at);
    stored.unread = true;
    return outcome(Stored::created, std::move(stored));
}

}  // namespace

Messages::StoreResult MessageStore::store(const Message& message) {
    const auto digits = uuid_digits(message.id);
    if (!digits) throw Error("a message's id must be a uuid, not '" + message.id + "'");
    check_text(message.text);
    return database_.write([&](Connection& connection) { return store_row(connection, *digits, message); });
}

std::size_t MessageStore::mark_read(const std::string& reader, const std::string& sender) {
    return database_.write([&](Connection& connection) {
        return connection.change(
            "UPDATE messager_message SET unread = FALSE WHERE unread "
            "AND recipient_id = (SELECT {id} FROM {users} WHERE {username} = ?) "
            "AND sender_id = (SELECT {id} FROM {users} WHERE {username} = ?)",
            {reader, sender});
    });
}

}  // namespace zanhu::storage
