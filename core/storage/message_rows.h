#pragma once

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <cstdint>
#include <string>

#include <zanhu/services.h>

// Reading messager_message within a job. Blocking; the session belongs to the caller.
namespace zanhu::storage {

/// The columns of MessageRow, for a select whose table of messages is `m`, with message_joins.
constexpr const char* k_message_columns =
    "m.uuid_id, s.username, r.username, m.message, m.unread, m.created_at";
/// A person whose account is gone has no name.
constexpr const char* k_message_joins =
    " FROM messager_message m LEFT JOIN auth_user s ON s.id = m.sender_id LEFT JOIN auth_user r ON r.id = "
    "m.recipient_id ";

/// The variables that Poco fills; they must stay where they are while the statement lives.
struct MessageRow {
    std::string id, sender, recipient, text, created_at;
    bool unread = false;

    void bind_to(Poco::Data::Statement& select);
    Message message() const;
};

}  // namespace zanhu::storage
