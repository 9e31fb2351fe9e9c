#include <cstdint>
#include <map>
#include <set>

#include "core/storage/account_rows.h"
#include "core/storage/message_rows.h"
#include "core/storage/message_store.h"

namespace zanhu::storage {

using namespace Poco::Data::Keywords;

namespace {

constexpr std::int64_t k_limit = MessageStore::k_max_conversations;

// The inner selects read indexes only: the last message of each person in either direction, by its row.
constexpr const char* k_partners =
    "FROM (SELECT partner, max(at) AS at, message_row FROM ("
    "SELECT recipient_id AS partner, max(created_at) AS at, rowid AS message_row "
    "FROM messager_message WHERE sender_id = ? GROUP BY recipient_id "
    "UNION ALL "
    "SELECT sender_id, max(created_at), rowid "
    "FROM messager_message WHERE recipient_id = ? GROUP BY sender_id"
    ") GROUP BY partner) c "
    "JOIN auth_user u ON u.id = c.partner AND u.is_active AND u.id <> ? "
    "JOIN messager_message m ON m.rowid = c.message_row "
    "LEFT JOIN auth_user s ON s.id = m.sender_id LEFT JOIN auth_user r ON r.id = m.recipient_id "
    "ORDER BY c.at DESC, u.username LIMIT ?";

std::map<std::int64_t, std::int64_t> unread_by_sender(Poco::Data::Session& session, std::int64_t reader) {
    std::int64_t sender = 0;
    std::int64_t count = 0;
    Poco::Data::Statement select(session);
    select << "SELECT sender_id, count(*) FROM messager_message WHERE recipient_id = ? AND sender_id IS NOT "
              "NULL AND unread "
              "GROUP BY sender_id",
        bind(reader), into(sender), into(count), limit(1);
    std::map<std::int64_t, std::int64_t> unread;
    for_each_row(select, [&] { unread[sender] = count; });
    return unread;
}

std::vector<Conversation> with_messages(Poco::Data::Session& session, std::int64_t user) {
    const auto unread = unread_by_sender(session, user);
    std::int64_t partner = 0;
    std::string username;
    MessageRow row;
    Poco::Data::Statement select(session);
    select << "SELECT u.id, u.username, " << k_message_columns << " " << k_partners, into(partner),
        into(username), bind(user), bind(user), bind(user), bind(k_limit), limit(1);
    row.bind_to(select);
    std::vector<Conversation> found;
    for_each_row(select, [&] {
        Conversation conversation;
        conversation.username = username;
        conversation.last_message = row.message();
        const auto count = unread.find(partner);
        if (count != unread.end()) conversation.unread = count->second;
        found.push_back(std::move(conversation));
    });
    return found;
}

/// Fills the list up with people by name.
void add_others(Poco::Data::Session& session, std::int64_t user, std::vector<Conversation>& list) {
    std::set<std::string> present;
    for (const Conversation& conversation : list)
        present.insert(conversation.username);
    std::string username;
    Poco::Data::Statement select(session);
    // Those who are in the list already may be among them.
    select << "SELECT username FROM auth_user WHERE is_active AND id <> ? ORDER BY username LIMIT ?",
        bind(user), bind(k_limit), into(username), limit(1);
    for_each_row(select, [&] {
        if (list.size() >= MessageStore::k_max_conversations || present.contains(username)) return;
        Conversation conversation;
        conversation.username = username;
        list.push_back(std::move(conversation));
    });
}

}  // namespace

std::vector<Conversation> MessageStore::conversations(const std::string& username) {
    return database_.read([&](Poco::Data::Session& session) {
        std::vector<Conversation> list;
        const auto person = person_by_username(session, username);
        if (!person) return list;
        const std::int64_t user = person->id;
        list = with_messages(session, user);
        add_others(session, user, list);
        return list;
    });
}

}  // namespace zanhu::storage
