#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <zanhu/anonymous.h>
#include <zanhu/channel_layer.h>
#include <zanhu/close_code.h>
#include <zanhu/task.h>
#include <zanhu/user.h>
#include <zanhu/value.h>
#include <zanhu/worker_pool.h>

// What the daemon offers to middleware, consumers and pages. Everything here is owned by the daemon, outlives
// the tree of applications, and is called on a loop's thread; what touches the database runs on the `db`
// pool, a password hash on the `hash` pool. All may throw StorageError or PoolSaturated.
namespace zanhu {

/// Users of the site (Django: auth_user).
class Accounts {
public:
    virtual ~Accounts() = default;
    virtual Task<std::optional<User>> find_by_username(std::string username) = 0;
    /// By the primary key as text; may be inactive.
    virtual Task<std::optional<User>> find_by_id(std::string id) = 0;
    /// The active owner of a token of Django REST framework's table authtoken_token.
    virtual Task<std::optional<User>> find_by_token(std::string key) = 0;
    /// The active user with that name and password; std::nullopt otherwise, after the same time for an
    /// unknown name as for a wrong password.
    virtual Task<std::optional<User>> authenticate(std::string username, std::string password) = 0;
};

/// A session together with whom it belongs to.
struct SessionAndUser {
    SessionAndUser() = default;
    ValueMap data;                                     ///< empty when there is no such session
    User user;                                         ///< anonymous unless every check passed
    AnonymousReason reason = AnonymousReason::no_key;  ///< which one did not
};

/// Sessions in Django's tables and encodings (Django: django_session).
class Sessions {
public:
    virtual ~Sessions() = default;
    virtual Task<ValueMap> load(std::string key) = 0;
    /// Both in one go, with Django's checks: backend allowed, user active, session auth hash right. Deletes
    /// nothing.
    virtual Task<SessionAndUser> authenticate(std::string key) = 0;
    /// A new session of that user; returns its key (Django: login).
    virtual Task<std::string> log_in(std::string user_id) = 0;
    /// Removes the session if it exists (Django: logout).
    virtual Task<void> log_out(std::string key) = 0;
};

/// One private message.
struct Message {
    Message() = default;
    std::string id;  ///< a uuid, made by the sender's page
    std::string sender;
    std::string recipient;
    std::string text;
    std::string created_at;  ///< UTC, ISO 8601 with microseconds and Z
    bool unread = true;
};

/// A person in somebody's list of conversations.
struct Conversation {
    Conversation() = default;
    std::string username;
    std::optional<Message> last_message;
    std::int64_t unread = 0;
};

/// Some messages in order of time, and whether there are more in the direction asked for.
struct MessagePage {
    MessagePage() = default;
    std::vector<Message> messages;
    bool more = false;
};

/// Which messages: between two people or all of one person's, after or before a moment.
struct MessageQuery {
    MessageQuery() = default;
    std::string user;
    std::string with;    ///< empty: with anybody
    std::string after;   ///< a created_at; empty: from the beginning
    std::string before;  ///< a created_at; empty: to the end
    std::size_t limit = 50;
};

/// Private messages (the owner's messager_message).
class Messages {
public:
    virtual ~Messages() = default;
    enum class Stored : std::uint8_t { created, existed, no_such_recipient, id_taken };
    struct StoreResult {
        StoreResult() = default;
        Stored outcome = Stored::created;
        Message message;
    };
    /// Stores once however often it is called with the same id by the same sender; `id_taken` when the id is
    /// another message's. A message may be stored, and created_at set, in an order that a later query with
    /// `after` never skips.
    virtual Task<StoreResult> store(Message message) = 0;
    virtual Task<MessagePage> find(MessageQuery query) = 0;
    /// Everybody active but the person, most recent conversation first, then by name.
    virtual Task<std::vector<Conversation>> conversations(std::string username) = 0;
    virtual Task<void> mark_read(std::string reader, std::string sender) = 0;
};

/// The open sockets of this process.
class Connections {
public:
    virtual ~Connections() = default;
    /// To every connection whose consumer handles that type of event; returns how many took it.
    virtual Task<std::size_t> broadcast(LayerMessage message) = 0;
    /// Closes that user's sockets; returns how many.
    virtual Task<std::size_t> close_user(std::string user_id, CloseCode code, std::string reason) = 0;
    /// Closes the sockets that came with that session key; returns how many.
    virtual Task<std::size_t> close_session(std::string key, CloseCode code, std::string reason) = 0;
};

/// The site's settings under Django's names, as far as middleware and pages need them.
struct SiteOptions {
    std::vector<std::string> allowed_hosts;  ///< ALLOWED_HOSTS
    std::string session_cookie_name = "sessionid";
    std::chrono::seconds session_cookie_age{1209600};
    std::string session_cookie_domain;
    std::string session_cookie_path = "/";
    bool session_cookie_secure = false;
    bool session_cookie_http_only = true;
    std::string session_cookie_same_site = "Lax";
    std::string csrf_cookie_name = "csrftoken";
    bool csrf_cookie_secure = false;
    std::vector<std::string> csrf_trusted_origins;
    std::string user_group = "{username}";  ///< the pattern of a user's group
    std::string title = "zanhu";
    bool demo = false;
    std::int64_t login_attempts =
        10;  ///< failures per account and address before log-in is refused for a while
    std::chrono::seconds login_window{300};
};

/// The door to all of it, handed to every factory's configure().
class Services {
public:
    virtual ~Services() = default;
    /// The layer of [channel_layer], or of [channel_layer.ALIAS]. Throws ConfigError for an alias that is not
    /// configured. For connections: while factories are configured there is no layer yet.
    virtual ChannelLayer& channel_layer(std::string_view alias = "default") = 0;
    /// Whether that alias is configured; for the check of a section that names one.
    virtual bool has_channel_layer(std::string_view alias) const { return alias == "default"; }
    /// `db`, `sync` or `hash`; throws ConfigError for another name.
    virtual WorkerPool& pool(std::string_view name) = 0;
    virtual Accounts& accounts() = 0;
    virtual Sessions& sessions() = 0;
    virtual Messages& messages() = 0;
    virtual Connections& connections() = 0;
    virtual const SiteOptions& site() const = 0;
};

}  // namespace zanhu
