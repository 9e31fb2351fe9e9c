#include <cstdint>
#include <map>
#include <set>

#include "core/storage/account_rows.h"
#include "core/storage/message_rows.h"
#include "core/storage/message_store.h"

namespace zanhu::storage {

namespace {

constexpr std::int64_t k_limit = MessageStore::k_max_conversations;

// The inner selects read indexes only: the last message of each person in either direction, by its row.
constexpr const char* k_partners =
    " FROM (SELECT partner, max(at) AS at, message_row FROM ("
    "SELECT recipient_id AS partner, max(created_at) AS at, rowid AS message_row "
    "FROM messager_message WHERE sender_id = ? GROUP BY recipient_id "
    "UNION ALL "
    "SELECT sender_id, max(created_at), rowid "
    "FROM messager_message WHERE recipient_id = ? GROUP BY sender_id"
    ") GROUP BY partner) c "
    "JOIN {users} u ON {u.id} = c.partner AND {u.is_active} AND {u.id} <> ? "
    "JOIN messager_message m ON m.rowid = c.message_row ";

// Only SQLite has a rowid, and hands on the row of a maximum. By the moment it may be more than one message,
// when a Django site has written two at once.
constexpr const char* k_partners_by_moment =
    " FROM (SELECT partner, max(at) AS at FROM ("
    "SELECT recipient_id AS partner, max(created_at) AS at "
    "FROM messager_message WHERE sender_id = {key} GROUP BY recipient_id "
    "UNION ALL "
    "SELECT sender_id, max(created_at) "
    "FROM messager_message WHERE recipient_id = {key} GROUP BY sender_id"
    ") p GROUP BY partner) c "
    "JOIN {users} u ON {u.id} = c.partner AND {u.is_active} AND {u.id} <> {key} "
    "JOIN messager_message m ON m.created_at = c.at AND "
    "((m.sender_id = {key} AND m.recipient_id = c.partner) OR "
    "(m.sender_id = c.partner AND m.recipient_id = {key})) ";

constexpr const char* k_in_order =
    "LEFT JOIN {users} s ON {s.id} = m.sender_id LEFT JOIN {users} r ON {r.id} = m.recipient_id "
    "ORDER BY c.at DESC, {u.username} LIMIT ?";

std::vector<Row> last_messages(Connection& connection, const std::string& user) {
    const std::string columns = std::string("SELECT {u.id}, {u.username}, ") + k_message_columns;
    if (connection.dialect().kind() == DatabaseKind::sqlite)
        return connection.select(columns + k_partners + k_in_order, {user, user, user, k_limit});
    return connection.select(columns + k_partners_by_moment + k_in_order,
                             {user, user, user, user, user, k_limit});
}

std::map<std::string, std::int64_t> unread_by_sender(Connection& connection, const std::string& reader) {
    std::map<std::string, std::int64_t> unread;
    for (const Row& row :
         connection.select("SELECT sender_id, count(*) FROM messager_message WHERE recipient_id = {key} AND "
                           "sender_id IS NOT NULL AND unread GROUP BY sender_id",
                           {reader}))
        unread[row.text(0)] = row.integer(1);
    return unread;
}

std::vector<Conversation> with_messages(Connection& connection, const std::string& user) {
    const auto unread = unread_by_sender(connection, user);
    std::vector<Conversation> found;
    for (const Row& row : last_messages(connection, user)) {
        if (!found.empty() && found.back().username == row.text(1)) continue;
        Conversation conversation;
        conversation.username = row.text(1);
        conversation.last_message = message_of(row, 2);
        const auto count = unread.find(row.text(0));
        if (count != unread.end()) conversation.unread = count->second;
        found.push_back(std::move(conversation));
    }
    return found;
}

/// Fills the list up with people by name.
void add_others(Connection& connection, const std::string& user, std::vector<Conversation>& list) {
    std::set<std::string> present;
    for (const Conversation& conversation : list)
        present.insert(conversation.username);
    // Those who are in the list already may be among them.
    for (const Row& row :
         connection.select("SELECT {u.username} FROM {users} u WHERE {u.is_active} AND {u.id} <> {key} "
                           "ORDER BY {u.username} LIMIT ?",
                           {user, k_limit})) {
        if (list.size() >= MessageStore::k_max_conversations || present.contains(row.text(0))) continue;
        Conversation conversation;
        conversation.username = row.text(0);
        list.push_back(std::move(conversation));
    }
}

}  // namespace

std::vector<Conversation> MessageStore::conversations(const std::string& username) {
    return database_.read([&](Connection& connection) {
        std::vector<Conversation> list;
        const auto person = person_by_username(connection, username);
        if (!person) return list;
        list = with_messages(connection, person->key);
        add_others(connection, person->key, list);
        return list;
    });
}

}  // namespace zanhu::storage
