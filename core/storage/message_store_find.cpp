#include <algorithm>
#include <cstdint>
#include <utility>

#include <zanhu/errors.h>

#include "core/storage/account_rows.h"
#include "core/storage/message_rows.h"
#include "core/storage/message_store.h"
#include "core/storage/moment.h"

namespace zanhu::storage {

using namespace Poco::Data::Keywords;

namespace {

// Texts that compare before and after every moment.
constexpr const char* k_beginning = "";
constexpr const char* k_end = ":";

std::string limit_moment(const std::string& iso, const char* otherwise) {
    if (iso.empty()) return otherwise;
    auto text = iso_to_database(iso);
    if (!text) throw Error("'" + iso + "' is no moment such as 2024-01-31T12:00:00.000000Z");
    return std::move(*text);
}

struct Range {
    std::string after;
    std::string before;
    bool forward;
    std::int64_t rows;
};

// Each half is one index in the order asked for; SQLite merges the two and stops at the limit.
constexpr const char* k_sent_to = "WHERE m.sender_id = ? AND m.recipient_id = ? ";
constexpr const char* k_sent = "WHERE m.sender_id = ? ";
constexpr const char* k_received = "WHERE m.recipient_id = ? AND m.sender_id IS NOT ? ";
constexpr const char* k_within = "AND m.created_at > ? AND m.created_at < ? ";

void add_half(Poco::Data::Statement& select,
              const char* where,
              std::int64_t first,
              std::optional<std::int64_t> second,
              const Range& range) {
    select << "SELECT " << k_message_columns << k_message_joins << where << k_within, bind(first);
    if (second) select, bind(*second);
    select, bind(range.after), bind(range.before);
}

std::vector<Message> fetch(Poco::Data::Session& session,
                           std::int64_t user,
                           std::optional<std::int64_t> with,
                           const Range& range) {
    Poco::Data::Statement select(session);
    add_half(select, with ? k_sent_to : k_sent, user, with, range);
    if (with != user) {
        select << "UNION ALL ";
        if (with) {
            add_half(select, k_sent_to, *with, user, range);
        } else {
            add_half(select, k_received, user, user, range);
        }
    }
    select << "ORDER BY 6 " << (range.forward ? "ASC" : "DESC") << " LIMIT ?", bind(range.rows), limit(1);
    MessageRow row;
    row.bind_to(select);
    std::vector<Message> messages;
    for_each_row(select, [&] { messages.push_back(row.message()); });
    return messages;
}

/// One more than asked for was fetched. A moment that several messages of a Django site share is not cut in
/// two, because the next page begins after the moment; unless it fills the whole page.
void cut_page(MessagePage& page, std::size_t wanted) {
    page.more = page.messages.size() > wanted;
    if (!page.more) return;
    const std::string beyond = std::move(page.messages.back().created_at);
    page.messages.pop_back();
    const auto shared = std::find_if(page.messages.begin(), page.messages.end(), [&](const Message& message) {
        return message.created_at == beyond;
    });
    if (shared != page.messages.begin()) page.messages.erase(shared, page.messages.end());
}

}  // namespace

MessagePage MessageStore::find(const MessageQuery& query) {
    const std::size_t wanted = std::clamp<std::size_t>(query.limit, 1, k_max_page);
    Range range;
    range.after = limit_moment(query.after, k_beginning);
    range.before = limit_moment(query.before, k_end);
    range.forward = !query.after.empty();
    range.rows = static_cast<std::int64_t>(wanted) + 1;

    MessagePage page;
    database_.read([&](Poco::Data::Session& session) {
        const auto user = person_by_username(session, query.user);
        if (!user) return;
        std::optional<std::int64_t> with_id;
        if (!query.with.empty()) {
            const auto with = person_by_username(session, query.with);
            if (!with) return;
            with_id = with->id;
        }
        page.messages = fetch(session, user->id, with_id, range);
    });
    cut_page(page, wanted);
    if (!range.forward) std::ranges::reverse(page.messages);
    return page;
}

}  // namespace zanhu::storage
