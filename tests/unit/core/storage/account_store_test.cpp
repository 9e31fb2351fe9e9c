#include "core/storage/account_store.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <memory>

#include "tests/unit/core/storage/temporary_database.h"

namespace {

using namespace zanhu::storage;
using namespace zanhu::storage::testing;

class AccountStoreTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(AccountStoreTest);
    CPPUNIT_TEST(an_added_account_is_found_by_name_and_id);
    CPPUNIT_TEST(names_of_any_script_and_length_are_kept);
    CPPUNIT_TEST(unusable_names_are_refused_with_a_reason);
    CPPUNIT_TEST(a_taken_name_is_refused_and_case_counts);
    CPPUNIT_TEST(the_rows_are_as_django_writes_them);
    CPPUNIT_TEST(the_domain_of_an_email_is_lower_case);
    CPPUNIT_TEST(lists_in_order_with_filters_and_pages);
    CPPUNIT_TEST(changes_what_it_is_told_to);
    CPPUNIT_TEST(changes_nothing_for_ids_that_are_none);
    CPPUNIT_TEST(removes_an_account_with_its_messages_only);
    CPPUNIT_TEST(an_account_that_other_tables_need_is_not_removed);
    CPPUNIT_TEST(removes_an_account_where_there_are_no_messages);
    CPPUNIT_TEST(an_id_is_never_used_again);
    CPPUNIT_TEST(reads_the_row_of_a_django_site);
    CPPUNIT_TEST_SUITE_END();

public:
    // CppUnit makes all fixtures before the first test runs: the database is opened for one test only.
    void setUp() override {
        database_ = std::make_unique<MigratedDatabase>();
        store_ = std::make_unique<AccountStore>(database_->database);
    }
    void tearDown() override {
        store_.reset();
        database_.reset();
    }

private:
    std::unique_ptr<MigratedDatabase> database_;
    std::unique_ptr<AccountStore> store_;

    static NewAccount named(const std::string& username) {
        NewAccount account;
        account.username = username;
        account.password = std::string("!");
        return account;
    }
    Account add(const std::string& username) {
        const AddResult result = store_->add(named(username));
        CPPUNIT_ASSERT_MESSAGE(result.problem, result.outcome == AddOutcome::added);
        return result.account;
    }

    void an_added_account_is_found_by_name_and_id() {
        const Account added = add("anna");
        const auto by_name = store_->find_by_username("anna");
        const auto by_id = store_->find_by_id(added.user.id());
        CPPUNIT_ASSERT(by_name && by_id);
        CPPUNIT_ASSERT_EQUAL(added.user.id(), by_name->user.id());
        CPPUNIT_ASSERT_EQUAL(std::string("anna"), by_id->user.username());
        CPPUNIT_ASSERT(by_id->user.is_active && !by_id->user.is_staff && !by_id->user.is_superuser);
        CPPUNIT_ASSERT(!by_id->last_login);
        CPPUNIT_ASSERT(!store_->find_by_username("ANNA"));
        CPPUNIT_ASSERT(!store_->find_by_username("anna' OR '1'='1"));
        CPPUNIT_ASSERT(!store_->find_by_username(std::string("anna\0", 5)));
    }

    void names_of_any_script_and_length_are_kept() {
        std::string longest;
        for (int i = 0; i < 150; ++i)
            longest += "张";
        for (const std::string& name :
             {std::string("张三"), std::string("a@b"), std::string(150, 'x'), longest}) {
            const Account added = add(name);
            CPPUNIT_ASSERT_EQUAL(name, store_->find_by_id(added.user.id())->user.username());
            CPPUNIT_ASSERT_EQUAL(added.user.id(), store_->find_by_username(name)->user.id());
        }
    }

    void unusable_names_are_refused_with_a_reason() {
        for (const std::string& name : {std::string(),
                                        std::string("notifications"),
                                        std::string("two words"),
                                        std::string("a/b"),
                                        std::string(151, 'x'),
                                        std::string("a\0b", 3),
                                        std::string("\xff")}) {
            const AddResult result = store_->add(named(name));
            CPPUNIT_ASSERT_MESSAGE(name, result.outcome == AddOutcome::refused && !result.problem.empty());
        }
        NewAccount account = named("anna");
        account.email = "nowhere";
        CPPUNIT_ASSERT(store_->add(account).outcome == AddOutcome::refused);
        account.email.clear();
        account.first_name = "\xff";
        CPPUNIT_ASSERT(store_->add(account).outcome == AddOutcome::refused);
        CPPUNIT_ASSERT_EQUAL(std::string("0"), database_->text("SELECT count(*) FROM auth_user"));
    }

    void a_taken_name_is_refused_and_case_counts() {
        add("anna");
        const AddResult again = store_->add(named("anna"));
        CPPUNIT_ASSERT(again.outcome == AddOutcome::username_taken);
        CPPUNIT_ASSERT_MESSAGE(again.problem, contains(again.problem, "'anna'"));
        add("Anna");
        CPPUNIT_ASSERT_EQUAL(std::string("2"), database_->text("SELECT count(*) FROM auth_user"));
    }

    void the_rows_are_as_django_writes_them() {
        NewAccount account = named("anna");
        account.is_superuser = true;
        CPPUNIT_ASSERT(store_->add(account).outcome == AddOutcome::added);
        CPPUNIT_ASSERT_EQUAL(
            std::string("integer|text|null|integer 1|text|text |text |integer 0|integer 1|text |text"),
            database_->text(
                "SELECT typeof(id) || '|' || typeof(password) || '|' || typeof(last_login) || '|' || "
                "typeof(is_superuser) || ' ' || is_superuser || '|' || typeof(username) || '|' || "
                "typeof(last_name) || ' ' || last_name || '|' || typeof(email) || ' ' || email || '|' || "
                "typeof(is_staff) || ' ' || is_staff || '|' || typeof(is_active) || ' ' || is_active || '|' "
                "|| typeof(first_name) || ' ' || first_name || '|' || typeof(date_joined) FROM auth_user"));
        CPPUNIT_ASSERT_EQUAL(std::string("1"),
                             database_->text("SELECT date_joined GLOB '20[0-9][0-9]-[01][0-9]-[0-3][0-9] "
                                             "[0-2][0-9]:[0-5][0-9]:[0-5][0-9]*' FROM auth_user"));
    }

    void the_domain_of_an_email_is_lower_case() {
        NewAccount account = named("anna");
        account.email = "Anna@EXAMPLE.com";
        CPPUNIT_ASSERT_EQUAL(std::string("Anna@example.com"), store_->add(account).account.email);
    }

    void lists_in_order_with_filters_and_pages() {
        for (const char* name : {"dora", "anna", "carl", "bert"})
            add(name);
        CPPUNIT_ASSERT(store_->set_active(store_->find_by_username("carl")->user.id(), false));

        AccountFilter filter;
        filter.limit = 3;
        AccountPage page = store_->list(filter);
        CPPUNIT_ASSERT_EQUAL(std::string("anna bert carl"), names(page));
        CPPUNIT_ASSERT(page.more);
        filter.after = "carl";
        page = store_->list(filter);
        CPPUNIT_ASSERT_EQUAL(std::string("dora"), names(page));
        CPPUNIT_ASSERT(!page.more);

        AccountFilter active;
        active.active = true;
        CPPUNIT_ASSERT_EQUAL(std::string("anna bert dora"), names(store_->list(active)));
        active.active = false;
        CPPUNIT_ASSERT_EQUAL(std::string("carl"), names(store_->list(active)));
        AccountFilter some;
        some.contains = "r";
        CPPUNIT_ASSERT_EQUAL(std::string("bert carl dora"), names(store_->list(some)));
        some.contains = "%";
        CPPUNIT_ASSERT_EQUAL(std::string(), names(store_->list(some)));
    }

    static std::string names(const AccountPage& page) {
        std::string text;
        for (const Account& account : page.accounts) {
            if (!text.empty()) text += " ";
            text += account.user.username();
        }
        return text;
    }

    void changes_what_it_is_told_to() {
        const std::string id = add("anna").user.id();
        const std::string other = add("bert").user.id();
        CPPUNIT_ASSERT(store_->set_password(id, "pbkdf2_sha256$1$salt$hash"));
        CPPUNIT_ASSERT(store_->set_active(id, false));
        CPPUNIT_ASSERT(store_->set_rights(id, true, false));
        CPPUNIT_ASSERT(store_->set_last_login(id));
        const Account account = store_->find_by_id(id).value();
        CPPUNIT_ASSERT_EQUAL(std::string("pbkdf2_sha256$1$salt$hash"), account.password);
        CPPUNIT_ASSERT(!account.user.is_active && account.user.is_staff && !account.user.is_superuser);
        CPPUNIT_ASSERT(account.last_login && *account.last_login >= account.date_joined);
        const Account untouched = store_->find_by_id(other).value();
        CPPUNIT_ASSERT_EQUAL(std::string("!"), untouched.password);
        CPPUNIT_ASSERT(untouched.user.is_active && !untouched.user.is_staff && !untouched.last_login);
    }

    void changes_nothing_for_ids_that_are_none() {
        add("anna");
        for (const char* id : {"", "x", "99", "1x", " 1", "1 OR 1=1", "99999999999999999999"}) {
            CPPUNIT_ASSERT_MESSAGE(id, !store_->find_by_id(id));
            CPPUNIT_ASSERT_MESSAGE(id, !store_->set_active(id, false));
            CPPUNIT_ASSERT_MESSAGE(id, !store_->remove(id));
        }
        CPPUNIT_ASSERT(store_->find_by_username("anna")->user.is_active);
    }

    void removes_an_account_with_its_messages_only() {
        const std::string anna = add("anna").user.id();
        const std::string bert = add("bert").user.id();
        const std::string carl = add("carl").user.id();
        const auto message = [&](const std::string& uuid, const std::string& from, const std::string& to) {
            database_->execute("INSERT INTO messager_message VALUES ('" + uuid +
                               "', 'x', 1, '2024-01-01 00:00:00', " + to + ", " + from + ")");
        };
        message("a", anna, bert);
        message("b", bert, anna);
        message("c", bert, carl);
        CPPUNIT_ASSERT(store_->remove(anna));
        CPPUNIT_ASSERT(!store_->find_by_id(anna));
        CPPUNIT_ASSERT(store_->find_by_id(bert).has_value());
        CPPUNIT_ASSERT_EQUAL(std::string("c"),
                             database_->text("SELECT group_concat(uuid_id) FROM messager_message"));
        CPPUNIT_ASSERT(!store_->remove(anna));
    }

    void an_account_that_other_tables_need_is_not_removed() {
        const std::string id = add("anna").user.id();
        database_->execute(
            "CREATE TABLE article (user_id integer REFERENCES auth_user (id) DEFERRABLE INITIALLY DEFERRED)");
        database_->execute("INSERT INTO article VALUES (" + id + ")");
        const std::string said = storage_error_of([&] { static_cast<void>(store_->remove(id)); });
        CPPUNIT_ASSERT_MESSAGE(said, contains(said, "depend on the row"));
        CPPUNIT_ASSERT(store_->find_by_id(id).has_value());
    }

    void removes_an_account_where_there_are_no_messages() {
        const std::string id = add("anna").user.id();
        database_->execute("DROP TABLE messager_message");
        CPPUNIT_ASSERT(store_->remove(id));
        CPPUNIT_ASSERT(!store_->find_by_id(id));
    }

    void an_id_is_never_used_again() {
        const std::string id = add("anna").user.id();
        CPPUNIT_ASSERT(store_->remove(id));
        CPPUNIT_ASSERT(add("anna").user.id() != id);
    }

    void reads_the_row_of_a_django_site() {
        database_->execute(
            "INSERT INTO auth_user (id, password, last_login, is_superuser, username, last_name, email, "
            "is_staff, "
            "is_active, date_joined, first_name) VALUES (8, 'pbkdf2_sha256$1000$seasalt$x', '2026-11-22 "
            "18:23:52', 1, "
            "'a@b', '', '', 1, 0, '2026-11-22 18:23:52.615298', '三')");
        const Account account = store_->find_by_username("a@b").value();
        CPPUNIT_ASSERT_EQUAL(std::string("8"), account.user.id());
        CPPUNIT_ASSERT(account.user.is_superuser && account.user.is_staff && !account.user.is_active);
        CPPUNIT_ASSERT_EQUAL(std::string("2026-11-22T18:23:52.615298Z"), account.date_joined);
        CPPUNIT_ASSERT_EQUAL(std::string("2026-11-22T18:23:52.000000Z"), account.last_login.value());
        CPPUNIT_ASSERT_EQUAL(std::string("三"), account.first_name);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AccountStoreTest);

}  // namespace
