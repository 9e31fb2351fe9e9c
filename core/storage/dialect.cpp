#include "core/storage/dialect.h"

#include <array>
#include <cassert>
#include <utility>

#include "core/storage/uuid.h"

namespace zanhu::storage {

namespace {

struct Column {
    std::string_view name;
    std::string UserModel::*of;
    std::string_view absent;  ///< in the place of one that a model does not have
};

constexpr std::array k_columns = {
    Column{"id", &UserModel::id, ""},
    Column{"username", &UserModel::username, ""},
    Column{"password", &UserModel::password, ""},
    Column{"is_active", &UserModel::is_active, "(1 = 1)"},
    Column{"is_staff", &UserModel::is_staff, "(1 = 0)"},
    Column{"is_superuser", &UserModel::is_superuser, "(1 = 0)"},
    Column{"email", &UserModel::email, "''"},
    Column{"first_name", &UserModel::first_name, "''"},
    Column{"last_name", &UserModel::last_name, "''"},
    Column{"date_joined", &UserModel::date_joined, "NULL"},
    Column{"last_login", &UserModel::last_login, "NULL"},
};

/// What follows `prefix` in `text`; empty otherwise.
std::string_view behind(std::string_view text, std::string_view prefix) {
    return text.starts_with(prefix) ? text.substr(prefix.size()) : std::string_view();
}

}  // namespace

std::string Dialect::translate(std::string_view statement) const {
    std::string out;
    out.reserve(statement.size() + 64);
    bool in_text = false;
    int place = 0;
    for (std::size_t i = 0; i < statement.size(); ++i) {
        const char c = statement[i];
        if (c == '\'') in_text = !in_text;
        if (!in_text && c == '{') {
            const std::size_t end = statement.find('}', i);
            assert(end != std::string_view::npos);
            out += expand(statement.substr(i + 1, end - i - 1));
            i = end;
        } else {
            out += !in_text && c == '"' && kind_ == DatabaseKind::mysql ? '`' : c;
        }
    }
    if (kind_ != DatabaseKind::postgresql) return out;
    std::string numbered;
    in_text = false;
    for (const char c : out) {
        if (c == '\'') in_text = !in_text;
        if (c == '?' && !in_text) {
            numbered += '$' + std::to_string(++place);
        } else {
            numbered += c;
        }
    }
    return numbered;
}

std::string Dialect::expand(std::string_view what) const {
    const bool postgresql = kind_ == DatabaseKind::postgresql;
    if (what == "users") return quoted(users_.table);
    if (what == "key") {
        // As it is, a number that the column's own type cannot hold would be an error.
        return postgresql && users_.key == UserModel::Key::integer ? "CAST(? AS bigint)" : "?";
    }
    if (what == "lock") {
        // SQLite's transaction keeps every other writer out, and in MySQL there is nothing that ends with the
        // transaction.
        return postgresql ? "SELECT pg_advisory_xact_lock(hashtext('zanhu.messages'))" : "SELECT 1";
    }
    if (const auto x = behind(what, "moment "); !x.empty()) {
        std::string inner = column(x);
        if (!postgresql || inner == "NULL") return inner;
        return "to_char(" + inner + " AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')";
    }
    if (const auto x = behind(what, "distinct "); !x.empty()) {
        if (postgresql) return std::string(x) + " IS DISTINCT FROM ?";
        if (kind_ == DatabaseKind::mysql) return "NOT (" + std::string(x) + " <=> ?)";
        return std::string(x) + " IS NOT ?";
    }
    if (const auto x = behind(what, "position "); !x.empty()) {
        const std::size_t in = x.find(" in ");
        assert(in != std::string_view::npos);
        const std::string part(x.substr(0, in));
        const std::string whole = column(x.substr(in + 4));
        return (postgresql ? "strpos(" : "instr(") + whole + ", " + part + ")";
    }
    return column(what);
}

/// A column of the users when it is the name of one, with its alias if it has one; else what is given.
std::string Dialect::column(std::string_view name) const {
    const std::size_t dot = name.find('.');
    const std::string_view alias = dot == std::string_view::npos ? "" : name.substr(0, dot + 1);
    const std::string_view bare = name.substr(alias.size());
    for (const Column& column : k_columns) {
        if (column.name != bare) continue;
        const std::string& chosen = users_.*column.of;
        return chosen.empty() ? std::string(column.absent) : std::string(alias) + quoted(chosen);
    }
    return std::string(name);
}

/// The parts of a name with a schema each for itself.
std::string Dialect::quoted(std::string_view name) const {
    const char quote = kind_ == DatabaseKind::mysql ? '`' : '"';
    std::string out(1, quote);
    for (const char c : name) {
        if (c == '.') {
            out += quote;
            out += '.';
            out += quote;
        } else {
            out += c;
        }
    }
    return out + quote;
}

std::string Dialect::key(const std::string& id) const {
    if (users_.key == UserModel::Key::integer || kind_ == DatabaseKind::postgresql) return id;
    return uuid_digits(id).value_or(id);  // Django: UUIDField where the database has no such type
}

std::string_view Dialect::table_count() const noexcept {
    switch (kind_) {
        case DatabaseKind::sqlite:
            return "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?";
        case DatabaseKind::postgresql:
            return "SELECT count(*) FROM pg_class WHERE pg_table_is_visible(oid) AND relname = ?";
        case DatabaseKind::mysql:
            return "SELECT count(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND "
                   "table_name = ?";
    }
    return {};
}

}  // namespace zanhu::storage
