#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/storage/user_model.h"

namespace zanhu::storage {

enum class DatabaseKind : std::uint8_t { sqlite, postgresql, mysql };

/// What the databases write differently, and the names of the site's users. Statements are written once, with
/// `?` for values, `"` around names that are words of SQL, and
///
///     {users}               the table of users
///     {u.username}, {id}    a column of it, with or without an alias: the names of UserModel's members
///     {key}                 a `?` that stands for a user's key
///     {moment x}            the moment x as to_database() writes it
///     {position a in b}     where text a begins in text b, from 1; 0: nowhere
///     {distinct x}          `x` is not the value of the next `?`, where either may be NULL
///     {lock}                a statement that keeps others out of a table of messages until the commit
///
/// Immutable: any thread.
class Dialect {
public:
    Dialect(DatabaseKind kind, const UserModel& users) : kind_(kind), users_(users) {}

    DatabaseKind kind() const noexcept { return kind_; }
    const UserModel& users() const noexcept { return users_; }

    /// The statement as the database reads it.
    std::string translate(std::string_view statement) const;
    /// The text of a user's id as the database compares it, from UserModel::id_of().
    std::string key(const std::string& id) const;
    /// Counts the tables of the name that stands for `?` among those that statements without a schema mean.
    std::string_view table_count() const noexcept;

private:
    std::string expand(std::string_view what) const;
    std::string column(std::string_view name) const;
    std::string quoted(std::string_view name) const;

    DatabaseKind kind_;
    UserModel users_;
};

}  // namespace zanhu::storage
