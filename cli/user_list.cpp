#include <array>
#include <ostream>
#include <string_view>

#include "cli/accounts.h"
#include "cli/command.h"
#include "cli/context.h"
#include "cli/text.h"

namespace zanhu::cli {

namespace {

constexpr std::array k_options = {
    OptionSpec{.name = "active", .help = "only those that may log in"},
    OptionSpec{.name = "disabled", .help = "only those that may not"},
    OptionSpec{.name = "contains", .argument = "TEXT", .help = "only names with this text in them"},
};

const char* mark(bool yes) {
    return yes ? "yes" : "-";
}

/// Writes pages as they come, so that a site of any size is listed in the same memory.
class Listing {
public:
    Listing(std::ostream& out, bool json) : out_(out), json_(json) {}

    void begin() { out_ << (json_ ? "[" : ""); }
    void add(const std::vector<storage::Account>& accounts) {
        json_ ? add_json(accounts) : add_table(accounts);
    }
    void end() {
        if (json_) out_ << "]\n";
        if (!json_ && count_ == 0) out_ << "no users\n";
    }

private:
    void add_json(const std::vector<storage::Account>& accounts) {
        for (const storage::Account& account : accounts)
            out_ << (count_++ == 0 ? "" : ",\n ") << to_json(to_map(account));
    }
    void add_table(const std::vector<storage::Account>& accounts) {
        Table table;
        if (count_ == 0 && !accounts.empty())
            table.add_row({"ID", "NAME", "ACTIVE", "STAFF", "SUPERUSER", "LAST LOGIN", "EMAIL"});
        for (const storage::Account& account : accounts) {
            const User& user = account.user;
            table.add_row(
                {user.id(),
                 user.username(),
                 mark(user.is_active),
                 mark(user.is_staff),
                 mark(user.is_superuser),
                 account.last_login
                     ? account.last_login->substr(0, std::string_view("2024-01-31T12:00:00").size()) + "Z"
                     : "never",
                 account.email});
        }
        count_ += accounts.size();
        table.print(out_);
    }

    std::ostream& out_;
    const bool json_;
    std::size_t count_ = 0;
};

ExitCode run(const Arguments& arguments, Context& context) {
    storage::AccountFilter filter;
    if (arguments.has("active") != arguments.has("disabled")) filter.active = arguments.has("active");
    filter.contains = arguments.value("contains");
    filter.limit = storage::AccountStore::k_max_page;
    storage::AccountStore& store = context.accounts().store();
    Listing listing(context.out(), context.json());
    storage::AccountPage page = store.list(filter);
    listing.begin();
    listing.add(page.accounts);
    while (page.more) {
        filter.after = page.accounts.back().user.username();
        page = store.list(filter);
        listing.add(page.accounts);
    }
    listing.end();
    return ExitCode::ok;
}

}  // namespace

const Command k_user_list = {.name = "user list",
                             .arguments = "",
                             .least = 0,
                             .most = 0,
                             .summary = "lists all accounts, in order of name",
                             .details = "",
                             .options = k_options,
                             .run = run};

}  // namespace zanhu::cli
