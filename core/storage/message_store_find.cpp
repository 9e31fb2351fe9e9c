#include <algorithm>
#include <cstdint>
#include <utility>

#include <zanhu/errors.h>

#include "core/storage/account_rows.h"
#include "core/storage/message_rows.h"
#include "core/storage/message_store.h"
#include "core/storage/moment.h"

namespace zanhu::storage {

namespace {

// Before and after every moment.
constexpr const char* k_beginning = "0001-01-01 00:00:00";
constexpr const char* k_end = "9999-12-31 23:59:59.999999";

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
constexpr const char* k_sent_to = "WHERE m.sender_id = {key} AND m.recipient_id = {key} ";
constexpr const char* k_sent = "WHERE m.sender_id = {key} ";
constexpr const char* k_received = "WHERE m.recipient_id = {key} AND {distinct m.sender_id} ";
constexpr const char* k_within = "AND m.created_at > ? AND m.created_at < ? ";

/// A select and what stands for its values.
struct Select {
    std::string text;
    std::vector<Parameter> parameters;

    void add_half(const char* where, std::initializer_list<Parameter> people, const Range& range) {
        text.append("SELECT ").append(k_message_columns).append(k_message_joins).append(where);
        text.append(k_within);
        parameters.insert(parameters.end(), people);
        parameters.insert(parameters.end(), {moment(range.after), moment(range.before)});
    }
};

/// `with`: the key of the other person; empty: everybody.
std::vector<Message> fetch(Connection& connection,
                           const std::string& user,
                           const std::string& with,
                           const Range& range) {
    Select select;
    if (with.empty()) {
        select.add_half(k_sent, {user}, range);
        select.text += "UNION ALL ";
        select.add_half(k_received, {user, user}, range);
    } else {
        select.add_half(k_sent_to, {user, with}, range);
        if (with != user) {
            select.text += "UNION ALL ";
            select.add_half(k_sent_to, {with, user}, range);
        }
    }
    select.text += range.forward ? "ORDER BY 6 ASC LIMIT ?" : "ORDER BY 6 DESC LIMIT ?";
    select.parameters.emplace_back(range.rows);
    std::vector<Message> messages;
    for (const Row& row : connection.select(select.text, select.parameters))
        messages.push_back(message_of(row));
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
    database_.read([&](Connection& connection) {
        const auto user = person_by_username(connection, query.user);
        if (!user) return;
        std::string with;
        if (!query.with.empty()) {
            const auto other = person_by_username(connection, query.with);
            if (!other) return;
            with = other->key;
        }
        page.messages = fetch(connection, user->key, with, range);
    });
    cut_page(page, wanted);
    if (!range.forward) std::ranges::reverse(page.messages);
    return page;
}

}  // namespace zanhu::storage
