#include "core/settings/typed.h"

#include <cppunit/extensions/HelperMacros.h>

#include <zanhu/errors.h>

#include "tests/unit/core/settings/settings_fixture.h"

namespace zanhu::settings {
namespace {

using testing::ConfigFile;
using testing::error_of;
using testing::loaded;
using testing::plain_options;
using testing::problems_of;

RouteSettings route(const std::string& name, const std::string& pattern, const std::string& consumer) {
    RouteSettings settings;
    settings.name = name;
    settings.section = "route." + name;
    settings.pattern = pattern;
    settings.consumer = consumer;
    return settings;
}

class TypedSettingsTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(TypedSettingsTest);
    CPPUNIT_TEST(defaults_are_those_of_the_design);
    CPPUNIT_TEST(listen_addresses_are_parsed_and_written_back);
    CPPUNIT_TEST(what_a_range_cannot_say_is_checked_and_explained);
    CPPUNIT_TEST(what_a_range_cannot_say_of_the_site_is_checked_and_explained);
    CPPUNIT_TEST(a_database_file_is_found_from_the_state_directory);
    CPPUNIT_TEST(a_log_file_is_found_from_the_state_directory);
    CPPUNIT_TEST(a_missing_secret_key_says_how_to_make_one);
    CPPUNIT_TEST(a_secret_key_may_come_from_a_file);
    CPPUNIT_TEST(the_stronger_place_decides_between_secret_key_and_its_file);
    CPPUNIT_TEST(site_settings_are_read);
    CPPUNIT_TEST(the_tree_without_a_file_is_complete);
    CPPUNIT_TEST(the_tree_follows_the_lists);
    CPPUNIT_TEST(routes_nest_and_may_have_chains_of_their_own);
    CPPUNIT_TEST(each_slip_in_the_tree_is_named);
    CPPUNIT_TEST_SUITE_END();

    static LoadOptions without_secret() {
        auto options = plain_options();
        options.environment.erase("SECRET_KEY");
        return options;
    }

    void defaults_are_those_of_the_design() {
        using namespace std::chrono_literals;
        const auto settings = Settings::load(plain_options());
        const auto server = ServerSettings::from(settings);
        CPPUNIT_ASSERT(server.loops == 0 && server.max_connections == 20'000 &&
                       server.shutdown_timeout == 10s);
        CPPUNIT_ASSERT_EQUAL(std::string("/home/tester/.zanhu/admin.sock"), server.admin_socket);
        CPPUNIT_ASSERT_EQUAL(std::string("/home/tester/.local/state/zanhu"), server.state_directory);
        const auto http = HttpSettings::from(settings);
        CPPUNIT_ASSERT(http.head_timeout == 10s && http.body_timeout == 30s &&
                       http.keep_alive_timeout == 30s);
        CPPUNIT_ASSERT(http.max_head_size == 16'384 && http.max_fields == 100 &&
                       http.max_target_size == 8192);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1'048'576}, http.max_body_size);
        const auto websocket = WebsocketSettings::from(settings);
        CPPUNIT_ASSERT(websocket.handshake_timeout == 5s && websocket.max_message_size == 1'048'576);
        CPPUNIT_ASSERT(websocket.max_fragments == 1024 && websocket.ping_interval == 20s);
        CPPUNIT_ASSERT(websocket.ping_timeout == 30s && websocket.idle_timeout == 0s);
        CPPUNIT_ASSERT(websocket.close_timeout == 5s && websocket.disconnect_timeout == 10s);
        CPPUNIT_ASSERT(websocket.inbox_messages == 64 && websocket.inbox_bytes == 2'097'152);
        CPPUNIT_ASSERT_EQUAL(404u, websocket.route_not_found);
        const auto outbox = OutboxSettings::from(settings);
        CPPUNIT_ASSERT(outbox.soft_limit == 262'144 && outbox.hard_limit == 4'194'304);
        CPPUNIT_ASSERT(outbox.soft_timeout == 10s);
        CPPUNIT_ASSERT(outbox.write_timeout == 60s && websocket.max_frame_size == 0);
        const auto limits = LimitSettings::from(settings);
        CPPUNIT_ASSERT(limits.connections_per_address == 0 && limits.sockets_per_user == 0);
        CPPUNIT_ASSERT(limits.handshakes_per_second == 0 && limits.handshakes_per_second_per_address == 0);
        CPPUNIT_ASSERT(limits.messages_per_second == 0 && limits.bytes_per_second == 0);
        CPPUNIT_ASSERT(LimitSettings::Excess::delay == limits.excess);
        const auto proxies = ProxySettings::from(settings);
        CPPUNIT_ASSERT(proxies.trusted.empty() && ProxySettings::Fields::x_forwarded == proxies.fields);
        const auto metrics = MetricsSettings::from(settings);
        CPPUNIT_ASSERT(metrics.listen.size() == 1 && !metrics.listen_is_set);
        CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1:9180"), metrics.listen.front().text());
        const auto layer = LayerSettings::from(settings);
        CPPUNIT_ASSERT(layer.capacity == 100 && layer.expiry == 60s);
        CPPUNIT_ASSERT(LayerSettings::Full::close == layer.full);
        const auto pools = PoolSettings::from(settings);
        CPPUNIT_ASSERT(pools.db_threads == 4 && pools.db_queue == 1024 && pools.sync_threads == 4);
        CPPUNIT_ASSERT(pools.sync_queue == 1024 && pools.hash_threads == 2 && pools.hash_queue == 64);
        const auto database = DatabaseSettings::from(settings);
        CPPUNIT_ASSERT_EQUAL(std::string("/home/tester/.local/state/zanhu/zanhu.sqlite3"), database.url.path);
        CPPUNIT_ASSERT(database.busy_timeout == 2s &&
                       database.migrate == DatabaseSettings::Migrate::automatic);
        const auto login = LoginSettings::from(settings);
        CPPUNIT_ASSERT(login.attempts == 10 && login.window == 300s);
        const auto logging = LoggingSettings::from(settings);
        CPPUNIT_ASSERT(logging.level == "information" && logging.file.empty());
        CPPUNIT_ASSERT(LoggingSettings::Format::text == logging.format);
        const auto site = SiteSettings::from(settings);
        CPPUNIT_ASSERT(site.session_cookie_age == 14 * 24h && site.password_iterations == 390'000);
        CPPUNIT_ASSERT((std::vector<std::string>{"localhost", "127.0.0.1", "[::1]"} == site.allowed_hosts));
    }

    void listen_addresses_are_parsed_and_written_back() {
        const auto server = ServerSettings::from(
            loaded("[server]\nlisten = 0.0.0.0:80, [::1]:8000, chat.example.com:0, [::]:65535\n"));
        std::string text;
        for (const auto& address : server.listen)
            text += address.text() + " ";
        CPPUNIT_ASSERT_EQUAL(std::string("0.0.0.0:80 [::1]:8000 chat.example.com:0 [::]:65535 "), text);
        CPPUNIT_ASSERT_EQUAL(std::string("::1"), server.listen[1].host);
    }

    // The file's text, and what its one problem says behind the place.
    using Cases = std::vector<std::pair<std::string, std::string>>;

    static void expect(const Cases& cases) {
        for (const auto& [text, expected] : cases) {
            const auto problem = problems_of(text + "\n");
            const auto start = problem.find('[');
            CPPUNIT_ASSERT_MESSAGE(text + " is taken", start != std::string::npos);
            CPPUNIT_ASSERT_EQUAL(expected, problem.substr(start));
        }
    }

    void what_a_range_cannot_say_is_checked_and_explained() {
        const Cases cases{
            {"[server]\nlisten =", "[server] listen: is empty; name an address, such as 127.0.0.1:8000"},
            {"[server]\nlisten = 127.0.0.1",
             "[server] listen: `127.0.0.1` has no port; write 127.0.0.1:8000"},
            {"[server]\nlisten = [::1]", "[server] listen: `[::1]` has no port; write [::1]:8000"},
            {"[server]\nlisten = :80",
             "[server] listen: `:80` has no host; write 0.0.0.0:80 for all addresses"},
            {"[server]\nlisten = ::1:80",
             "[server] listen: `::1:80` is an IPv6 address without brackets; write it as [::1]:8000"},
            {"[server]\nlisten = [::x]:80",
             "[server] listen: `[::x]:80` is not an IPv6 address; write it as [::1]:8000"},
            {"[server]\nlisten = a_b:80",
             "[server] listen: `a_b:80` is not an address; write host:port, such as 127.0.0.1:8000"},
            {"[server]\nlisten = a:65536",
             "[server] listen: `a:65536` has a port that is not a number from 0 to 65535; write host:8000"},
            {"[server]\nlisten = a:",
             "[server] listen: `a:` has a port that is not a number from 0 to 65535; write host:8000"},
            {"[server]\nlisten = a:1, a:1", "[server] listen: `a:1` is there twice; remove one of the two"},
            {"[server]\nadmin_socket = a.sock",
             "[server] admin_socket: `a.sock` is relative; write an absolute path, since the daemon changes "
             "its directory"},
            {"[server]\nadmin_socket = /" + std::string(107, 'a'),
             "[server] admin_socket: `/" + std::string(107, 'a') +
                 "` is too long for a Unix socket; use 107 characters or fewer"},
            {"[http]\nmax_target_size = 32KiB",
             "[http] max_target_size: is larger than max_head_size, of which it is a part; lower it or raise "
             "max_head_size"},
            {"[websocket]\nmax_message_size = 3MiB",
             "[websocket] inbox_bytes: is smaller than max_message_size, so that a message of that size "
             "would never fit; "
             "raise it to 3MiB or more"},
            {"[outbox]\nhard_limit = 128KiB",
             "[outbox] hard_limit: is smaller than soft_limit; raise it to 256KiB or more"},
            {"[database]\nurl = postgres://u:p@h/db\nmigrate = auto",
             "[database] migrate: is auto, and the tables on a server are Django's: run manage.py migrate "
             "there, and set this to never"},
            {"[database]\nurl = sqlite://f",
             "[database] url: `sqlite://f` names no file; write sqlite:///FILE or sqlite:////ABSOLUTE/PATH"},
            {"[database]\nurl = sqlite:///",
             "[database] url: `sqlite:///` names no file; write sqlite:///FILE or sqlite:////ABSOLUTE/PATH"},
            {"[database]\nurl = sqlite:///f?mode=ro",
             "[database] url: options behind `?` are not read; remove them"},
            {"[database]\nurl = sqlite:///:memory:",
             "[database] url: a database in memory would be another one for every thread; name a file"},
            {"[database]\nurl = sqlite:///a%zz",
             "[database] url: has a broken % escape; write %25 for a percent sign"},
        };
        expect(cases);
    }

    void what_a_range_cannot_say_of_the_site_is_checked_and_explained() {
        const Cases cases{
            {"[site]\nsecret_key_fallbacks = short",
             "[site] secret_key_fallbacks: a key of 5 characters is too short; remove it"},
            {"[site]\nallowed_hosts = https://example.com",
             "[site] allowed_hosts: `https://example.com` is more than a host; write the name alone, without "
             "scheme or path"},
            {"[site]\nallowed_hosts = example.com:8000",
             "[site] allowed_hosts: `example.com:8000` has a port; write the name alone, and an IPv6 address "
             "as [::1]"},
            {"[site]\nallowed_hosts = *.example.com",
             "[site] allowed_hosts: `*.example.com` would match nothing; write .example.com for a domain and "
             "all below it"},
            {"[site]\ncsrf_trusted_origins = example.com",
             "[site] csrf_trusted_origins: `example.com` has no scheme; write https://example.com"},
            {"[site]\nsession_cookie_name = a b",
             "[site] session_cookie_name: `a b` is not a cookie's name; use letters, digits, - and _"},
            {"[site]\ncsrf_cookie_name = sessionid",
             "[site] csrf_cookie_name: is the same as session_cookie_name; give it another name"},
            {"[site]\nsession_cookie_path = chat",
             "[site] session_cookie_path: `chat` is not a path; write / or one such as /chat"},
            {"[site]\nsession_cookie_domain = a;b",
             "[site] session_cookie_domain: `a;b` is not a domain; write one such as .example.com"},
            {"[site]\nsession_cookie_samesite = None",
             "[site] session_cookie_samesite: browsers drop such a cookie unless it is Secure; set "
             "session_cookie_secure = "
             "yes, or use Lax"},
            {"[site]\nuser_group = everyone",
             "[site] user_group: `everyone`: the pattern has no {username}, so all users would share one "
             "group; write "
             "{username} or for example user-{username}"},
        };
        expect(cases);
    }

    void a_database_file_is_found_from_the_state_directory() {
        const auto path = [](const std::string& text) {
            return DatabaseSettings::from(loaded(text)).url.path;
        };
        CPPUNIT_ASSERT_EQUAL(
            std::string("/s/x/a b.db"),
            path("[server]\nstate_directory = /s\n[database]\nurl = sqlite:///x/a%20b.db\n"));
        CPPUNIT_ASSERT_EQUAL(std::string("/srv/a.db"), path("[database]\nurl = sqlite:////srv/a.db\n"));
    }

    void a_log_file_is_found_from_the_state_directory() {
        const auto logging = LoggingSettings::from(loaded(
            "[server]\nstate_directory = /s\n[logging]\nfile = a.log\nformat = json\nlevel = debug\n"));
        CPPUNIT_ASSERT_EQUAL(std::string("/s/a.log"), logging.file);
        CPPUNIT_ASSERT(LoggingSettings::Format::json == logging.format && logging.level == "debug");
    }

    void a_missing_secret_key_says_how_to_make_one() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("configuration: [site] secret_key: is missing; set it, or ZANHU_SITE_SECRET_KEY, or "
                        "secret_key_file; make one with: openssl rand -base64 48"),
            error_of([] { Settings::load(without_secret()); }));
        CPPUNIT_ASSERT_EQUAL(
            std::string("FILE:2: [site] secret_key: is still the sample's placeholder; make one with: "
                        "openssl rand -base64 48"),
            problems_of("[site]\nsecret_key = change-me\n", without_secret()));
        CPPUNIT_ASSERT_EQUAL(
            std::string("FILE:2: [site] secret_key: has 31 characters, and 32 are the least; make one "
                        "with: openssl rand -base64 48"),
            problems_of("[site]\nsecret_key = " + std::string(31, 'x') + "\n", without_secret()));
        auto options = without_secret();
        options.secret_key = SecretKey::optional;
        CPPUNIT_ASSERT_EQUAL(std::string(), SiteSettings::from(Settings::load(options)).secret_key);
    }

    void a_secret_key_may_come_from_a_file() {
        const auto load = [](const std::string& path) {
            auto options = without_secret();
            options.environment["ZANHU_SITE_SECRET_KEY_FILE"] = path;
            return SiteSettings::from(Settings::load(options)).secret_key;
        };
        const std::string secret(40, 'k');
        const ConfigFile good(secret + "\n");
        CPPUNIT_ASSERT_EQUAL(secret, load(good.path()));
        const ConfigFile two(secret + "\n" + secret + "\n");
        const ConfigFile empty("\n");
        const std::vector<std::pair<std::string, std::string>> cases{
            {two.path(), "holds more than one line; let it hold the key alone"},
            {empty.path(), "has 0 characters, and 32 are the least"},
            {"/nowhere/key",
             "cannot be read (No such file or directory); check the path and the permissions"},
            {"key", "`key` is relative; write an absolute path"},
        };
        for (const auto& [path, part] : cases) {
            const auto text = error_of([&] { load(path); });
            CPPUNIT_ASSERT_MESSAGE(text, text.find(part) != std::string::npos);
            CPPUNIT_ASSERT(
                text.starts_with("environment ZANHU_SITE_SECRET_KEY_FILE: [site] secret_key_file: "));
        }
    }

    void the_stronger_place_decides_between_secret_key_and_its_file() {
        const std::string from_file(40, 'f');
        const ConfigFile key(from_file);
        auto options = without_secret();
        options.environment["ZANHU_SITE_SECRET_KEY_FILE"] = key.path();
        const std::string text = "[site]\nsecret_key = change-me\n";
        CPPUNIT_ASSERT_EQUAL(from_file, SiteSettings::from(loaded(text, options)).secret_key);
        options.overrides = {{"site", "secret_key", testing::k_secret, "demo"}};
        CPPUNIT_ASSERT_EQUAL(testing::k_secret, SiteSettings::from(loaded(text, options)).secret_key);
        const auto both = problems_of(
            "[site]\nsecret_key = " + testing::k_secret + "\nsecret_key_file = " + key.path() + "\n",
            without_secret());
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                "FILE:3: [site] secret_key_file: is set together with secret_key; remove one of the two"),
            both);
    }

    void site_settings_are_read() {
        const auto site =
            SiteSettings::from(loaded("[site]\nallowed_hosts = .example.com, *, [::1]\n"
                                      "session_cookie_secure = yes\nsession_cookie_samesite = None\n"
                                      "session_cookie_age = 14d\ncsrf_trusted_origins = https://*.a.com\n"
                                      "user_group = user.{username}\nsession_cookie_path = /chat\n"));
        CPPUNIT_ASSERT((std::vector<std::string>{".example.com", "*", "[::1]"} == site.allowed_hosts));
        CPPUNIT_ASSERT(site.session_cookie_secure && site.session_cookie_httponly &&
                       !site.csrf_cookie_secure);
        CPPUNIT_ASSERT(SiteSettings::SameSite::none == site.session_cookie_samesite);
        CPPUNIT_ASSERT(std::chrono::seconds(1'209'600) == site.session_cookie_age);
        CPPUNIT_ASSERT_EQUAL(std::string("user.{username}"), site.user_group);
        CPPUNIT_ASSERT_EQUAL(std::string("/chat"), site.session_cookie_path);
    }

    void the_tree_without_a_file_is_complete() {
        const auto tree = TreeSettings::from(Settings::load(plain_options()));
        CPPUNIT_ASSERT((std::vector<ChainElement>{{"origin", "AllowedHostsOriginValidator"},
                                                  {"auth", "AuthMiddlewareStack"},
                                                  {"routes", "routes"}} == tree.websocket));
        CPPUNIT_ASSERT(
            (std::vector<ChainElement>{{"auth", "AuthMiddlewareStack"}, {"site", "Site"}} == tree.http));
        CPPUNIT_ASSERT((std::vector<RouteSettings>{
                            route("notifications", "ws/notifications/", "NotificationsConsumer"),
                            route("messages", "ws/<str:username>/", "MessagesConsumer")} == tree.routes));
        CPPUNIT_ASSERT((std::vector<ChainElement>{{"workers", "workers"}} == tree.channel));
        CPPUNIT_ASSERT(tree.http_routes.empty() && tree.workers.empty() && tree.root_path.empty());
    }

    void the_tree_follows_the_lists() {
        const auto tree =
            TreeSettings::from(loaded("[routing]\nwebsocket = CookieMiddleware, limit, routes\n"
                                      "[limit]\nclass = RateLimit\n[routes]\nlist = echo, messages\n"
                                      "[route.echo]\npath =\nconsumer = EchoConsumer\n"
                                      "[route.messages]\npath = dm/\n"));
        CPPUNIT_ASSERT((std::vector<ChainElement>{{"CookieMiddleware", "CookieMiddleware"},
                                                  {"limit", "RateLimit"},
                                                  {"routes", "routes"}} == tree.websocket));
        CPPUNIT_ASSERT(
            (std::vector<RouteSettings>{route("echo", "", "EchoConsumer"),
                                        route("messages", "dm/", "MessagesConsumer")} == tree.routes));
    }

    void routes_nest_and_may_have_chains_of_their_own() {
        const auto tree = TreeSettings::from(
            loaded("[routing]\nhttp = auth, http_routes, site\nroot_path = /chat\nchannel = log, workers\n"
                   "[log]\nclass = RequestLog\n[routes]\nlist = shop, messages\n"
                   "[route.shop]\npath = shop/<int:n>/\nroutes = cart, rest\nmiddleware = log\n"
                   "[route.cart]\npath = cart/\nconsumer = CartConsumer\n"
                   "[route.rest]\nre_path = ^.+$\nconsumer = RestConsumer\n"
                   "[route.messages]\nre_path = ^dm/(\\w+)/$\n"
                   "[http_routes]\nlist = cart\n"
                   "[workers]\nlist = thumbs-make\n"
                   "[worker.thumbs-make]\nconsumer = MakeThumbs\nmiddleware = log\n"));
        RouteSettings shop = route("shop", "shop/<int:n>/", "");
        shop.routes.push_back(route("cart", "cart/", "CartConsumer"));
        shop.routes.push_back(route("rest", "^.+$", "RestConsumer"));
        shop.routes.back().kind = RouteSettings::Kind::re_path;
        shop.middleware.push_back({"log", "RequestLog"});
        RouteSettings messages = route("messages", "^dm/(\\w+)/$", "MessagesConsumer");
        messages.kind = RouteSettings::Kind::re_path;
        CPPUNIT_ASSERT((std::vector<RouteSettings>{shop, messages} == tree.routes));
        CPPUNIT_ASSERT((std::vector<RouteSettings>{shop.routes.front()} == tree.http_routes));
        CPPUNIT_ASSERT(
            (std::vector<ChainElement>{{"log", "RequestLog"}, {"workers", "workers"}} == tree.channel));
        CPPUNIT_ASSERT((std::vector<WorkerSettings>{
                            {"thumbs-make", "worker.thumbs-make", "MakeThumbs", {{"log", "RequestLog"}}}} ==
                        tree.workers));
        CPPUNIT_ASSERT_EQUAL(std::string("/chat"), tree.root_path);
    }

    void each_slip_in_the_tree_is_named() {
        const std::vector<std::pair<std::string, std::string>> cases{
            {"[routing]\nwebsocket = origin",
             "[routing] websocket: must end with routes, behind which are the consumers; add it there"},
            {"[routing]\nhttp =",
             "[routing] http: is empty; name the chain, or remove the key for the default"},
            {"[routing]\nhttp = auth, Auth, site",
             "[routing] http: `Auth` is there twice; remove one of the two"},
            {"[routing]\nhttp = auth site",
             "[routing] http: `auth site` is not a name; use letters, digits, - and _"},
            {"[routes]\nlist = mesages",
             "[routes] list: names `mesages`, but there is no section [route.mesages]; did you mean "
             "[route.messages]?"},
            {"[routes]\nlist = elsewhere",
             "[routes] list: names `elsewhere`, but there is no section [route.elsewhere]; add it, or take "
             "the name out of "
             "the list"},
            {"[routes]\nlist = a\n[route.a]\nconsumer = C",
             "[route.a] path: is missing; set it to the path of the socket, such as ws/chat/"},
            {"[routes]\nlist = a\n[route.a]\npath = a/",
             "[route.a] consumer: is missing; set it to the consumer of this path"},
            {"[routes]\nlist = a\n[route.a]\nconsumer = C\npath = /a/",
             "[route.a] path: `/a/` starts with a slash; remove it, as in Django's path()"},
            {"[routes]\nlist = a\n[route.a]\nconsumer = C\nre_path = ^/a/$",
             "[route.a] re_path: `^/a/$` begins with a slash, which no path here does; remove it"},
            {"[routes]\nlist = a\n[route.a]\nconsumer = C\npath = a/\nre_path = ^a/$",
             "[route.a] re_path: stands beside path; keep one of the two"},
            {"[routes]\nlist = a, b\n[route.a]\nconsumer = C\npath = a/\nroutes = b\n"
             "[route.b]\npath = b/\nconsumer = C",
             "[route.a] routes: stands beside consumer; keep one of the two"},
            {"[routes]\nlist = a\n[route.a]\npath = a/\nroutes =",
             "[route.a] routes: is empty; name the routes that are tried with the rest of the path"},
            {"[routes]\nlist = a\n[route.a]\npath = a/\nroutes = b\n[route.b]\npath = b/\nroutes = A",
             "[route.b] routes: `A` is nested in itself (a -> b -> A); take it out of one of the lists"},
            {"[routes]\nlist = a\n[route.a]\npath = a/\nroutes = elsewhere\n",
             "[route.a] routes: names `elsewhere`, but there is no section [route.elsewhere]; add it, or "
             "take "
             "the name out of the list"},
            {"[routing]\nchannel = auth",
             "[routing] channel: must end with workers, behind which are the "
             "consumers of channels; add it there"},
            {"[routing]\nroot_path = chat",
             "[routing] root_path: `chat` must begin with a slash and not end "
             "with one; write it as /chat"},
            {"[routing]\nhttp = auth, http_routes, site",
             "[http_routes] list: is empty, but [routing] http names http_routes; name routes, or take it "
             "out "
             "there"},
            {"[http_routes]\nlist = notifications",
             "[routing] http: does not name http_routes, so nothing uses [http_routes] list; put http_routes "
             "ahead of site"},
            {"[workers]\nlist = w",
             "[workers] list: names `w`, but there is no section [worker.w]; add it, or take the name out of "
             "the list"},
            {"[workers]\nlist = w\n[worker.w]\nconcurrency = 2",
             "[worker.w] consumer: is missing; set it to the consumer of this channel's messages"},
        };
        expect(cases);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TypedSettingsTest);

}  // namespace
}  // namespace zanhu::settings
