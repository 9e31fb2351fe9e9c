#include "app/runtime.h"

#include <Poco/Logger.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <future>
#include <optional>
#include <thread>
#include <utility>

#include <zanhu/errors.h>

#include "app/admin_socket.h"
#include "app/demo.h"
#include "app/descriptor_limit.h"
#include "app/logging.h"
#include "app/mapping.h"
#include "app/signals.h"
#include "app/tls.h"
#include "app/worker_choice.h"
#include "consumers/consumers.h"
#include "core/base/thread_memory.h"
#include "core/net/listener.h"
#include "core/settings/typed.h"
#include "middleware/middleware.h"
#include "web/applications.h"

namespace zanhu::app {

namespace {

constexpr std::chrono::milliseconds k_shutdown_poll{20};

Poco::Logger& logger() {
    return Poco::Logger::get("zanhu");
}

Components built_in_components() {
    Components components;
    middleware::add_middleware(components);
    consumers::add_consumers(components);
    web::add_web_applications(components);
    return components;
}

/// The state directory is ours to make; what lies above it is the operator's.
void make_state_directory(const std::string& path) {
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (error) {
        throw ConfigError("[server] state_directory: cannot make " + path + ": " + error.message() +
                          "; make it, or set the key to a directory that this user can write to");
    }
}

std::string loop_name(std::size_t number) {
    return "zanhu-loop" + std::to_string(number);
}

unsigned number_of_loops(const settings::Settings& settings) {
    const unsigned wanted = settings::ServerSettings::from(settings).loops;
    return wanted > 0 ? wanted : std::max(1U, std::thread::hardware_concurrency());
}

bool is_ready(const std::shared_future<void>& future) {
    return future.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

/// Waits on the main thread until `done()`, the deadline, or a second request to end; false for the last two.
template <class Done>
bool wait_for_end(std::chrono::steady_clock::time_point deadline, const char* what, Done done) {
    while (!done()) {
        const bool again = wait_for_signal(k_shutdown_poll) == SignalRequest::terminate;
        if (!again && std::chrono::steady_clock::now() < deadline) continue;
        logger().error(
            std::string(again ? "asked a second time to end" : "[server] shutdown_timeout is over") + ": " +
            what + " are cut off");
        return false;
    }
    return true;
}

}  // namespace

Runtime::Runtime(const settings::LoadOptions& options, bool demo)
    : load_options_(options),
      demo_(demo),
      settings_(settings::Settings::load(options)),
      components_(built_in_components()),
      plugins_(settings_, components_),
      services_(settings_, demo),
      tree_(std::make_unique<Tree>(settings_, components_, services_)),
      connection_options_(connection_options(settings_)),
      admission_(admission_limits(settings_)),
      admin_handler_(services_, services_.channel_layers(), [this] { return state(); }) {
    settings_.check_unknown();
    check_workers(tree_->workers(), settings_);
}

Runtime::~Runtime() {
    if (started_) {
        for (const auto& left : services_.leave())
            left.wait();
    }
    for (const auto& loop : loops_)
        loop->stop();
}

void Runtime::start() {
    const auto server = settings::ServerSettings::from(settings_);
    raise_descriptor_limit(server.max_connections);
    const auto tls = make_tls_context(settings_);
    make_state_directory(server.state_directory);
    lock_.emplace(server.admin_socket);
    prepare(own_workers(tree_->workers()), tls);
    std::vector<std::vector<LoopThread::Listening>> listening(loops_.size());
    listen(listening);
    start_monitor();
    start_admin(listen_for_admin(server.admin_socket));
    start_rechecks();
    for (std::size_t i = 0; i < loops_.size(); ++i)
        loops_[i]->start(std::move(listening[i]), loop_name(i));
    started_ = true;
    if (tls != nullptr) report_certificate(*tls);
}

void Runtime::check_named_workers(const std::vector<std::string>& names) const {
    named_workers(tree_->workers(), names, {}, settings_);
}

void Runtime::start_workers(const std::vector<std::string>& names, const std::string& layer) {
    const std::vector<WorkerPlan> plans = named_workers(tree_->workers(), names, layer, settings_);
    make_state_directory(settings::ServerSettings::from(settings_).state_directory);
    prepare(plans, nullptr);
    for (std::size_t i = 0; i < loops_.size(); ++i)
        loops_[i]->start({}, loop_name(i));
    started_ = true;
}

void Runtime::prepare(const std::vector<WorkerPlan>& workers, std::shared_ptr<const net::TlsContext> tls) {
    for (const std::string& plugin : plugins_.descriptions())
        logger().notice(plugin);
    const unsigned count = number_of_loops(settings_);
    limit_heaps(count);
    services_.open(settings_);
    if (demo_) make_demo_accounts(services_.account_store(), services_.hashers());
    Application& application = tree_->build();
    std::vector<EventLoop*> loops;
    for (unsigned i = 0; i < count; ++i) {
        loops_.push_back(std::make_unique<LoopThread>(connection_options_, application, admission_));
        loops_.back()->loop().limit_handshakes(settings::TlsSettings::from(settings_).handshake_budget);
        loops_.back()->registry().set_tls(tls);
        loops.push_back(&loops_.back()->loop());
        services_.connections().add(loops_.back()->registry());
    }
    services_.connect(settings_, loops_.front()->loop(), loops);
    workers_.start(workers, loops, services_, application, connection_options_.layer_messages);
}

void Runtime::start_monitor() {
    Monitored monitored;
    for (const auto& loop : loops_)
        monitored.loops.push_back(&loop->loop());
    monitored.readiness = &services_.readiness();
    monitored.draining = [this] { return draining_.load(); };
    monitor_ = std::make_unique<Monitor>(settings_, std::move(monitored));
}

void Runtime::listen(std::vector<std::vector<LoopThread::Listening>>& listening) {
    const auto write_timeout = settings::OutboxSettings::from(settings_).write_timeout;
    points_ = listen_points(settings_, demo_);
    for (const ListenPoint& point : points_) {
        const std::vector<int> descriptors = net::listen_on(point.address, listening.size(), write_timeout);
        const connection::Entrance entrance{point.tls, &point.proxies};
        for (std::size_t i = 0; i < descriptors.size(); ++i)
            listening[i].push_back(LoopThread::Listening{descriptors[i], entrance});
        bound_.push_back(Bound{net::Address::of_socket(descriptors.front()).to_string(), point.tls});
    }
}

void Runtime::start_admin(int descriptor) {
    admin_socket_ = true;
    loops_.front()->loop().post([this, descriptor] {
        AdminOptions options;
        options.path = settings::ServerSettings::from(settings_).admin_socket;
        admin_ = std::make_unique<AdminServer>(
            loops_.front()->loop(), descriptor, std::move(options), admin_handler_);
    });
}

void Runtime::start_rechecks() {
    const auto settings = settings::RecheckSettings::from(settings_);
    for (const auto& loop : loops_) {
        rechecks_.push_back(std::make_unique<Recheck>(loop->registry(),
                                                      services_.credential_store(),
                                                      services_.async_sessions(),
                                                      services_.pool("db"),
                                                      settings));
        loop->loop().post([recheck = rechecks_.back().get()] { recheck->start(); });
    }
}

void Runtime::stop_rechecks() {
    for (std::size_t i = 0; i < rechecks_.size(); ++i)
        loops_[i]->loop().post([recheck = rechecks_[i].get()] { recheck->stop(); });
}

std::shared_future<void> Runtime::stop_admin() {
    auto stopped = std::make_shared<std::promise<void>>();
    std::shared_future<void> future = stopped->get_future().share();
    loops_.front()->loop().post([this, stopped] {
        admin_->stop([this, stopped] {
            admin_.reset();
            stopped->set_value();
        });
    });
    return future;
}

Task<DaemonState> Runtime::state() {
    DaemonState state;
    state.connections = admission_.total();
    state.websockets = co_await services_.connections().websockets();
    state.draining = draining_;
    co_return state;
}

void Runtime::reload() {
    try {
        const settings::Settings fresh = settings::Settings::load(load_options_);
        // A listener that comes or goes needs a restart.
        const bool has_tls = settings::TlsSettings::from(settings_).enabled();
        const auto tls = has_tls ? make_tls_context(fresh) : nullptr;
        set_log_level(settings::LoggingSettings::from(fresh).level);
        if (tls != nullptr) take_over(tls);
        logger().notice(
            "configuration read again: [logging] level and the certificate and ciphers of [tls] are in "
            "force; "
            "the other keys need a restart");
    } catch (const Error& error) {
        logger().error(std::string("the configuration was not taken over: ") + error.what());
    }
}

void Runtime::take_over(std::shared_ptr<const net::TlsContext> tls) {
    report_certificate(*tls);
    for (const auto& loop : loops_)
        loop->loop().post([registry = &loop->registry(), tls] { registry->set_tls(tls); });
}

void Runtime::tidy() noexcept {
    try {
        services_.tidy();
    } catch (const std::exception& error) {
        logger().warning(std::string("expired sessions were not removed: ") + error.what());
    }
}

bool Runtime::shut_down() {
    const std::size_t workers = workers_.running();
    logger().notice("shutting down: closing " + std::to_string(admission_.total()) + " connections" +
                    (workers == 0 ? "" : ", ending " + std::to_string(workers) + " workers"));
    const auto deadline =
        std::chrono::steady_clock::now() + settings::ServerSettings::from(settings_).shutdown_timeout;
    draining_ = true;
    workers_.stop();
    for (const auto& loop : loops_)
        loop->drain();
    const auto all_gone = [this] {
        return admission_.total() == 0 && workers_.running() == 0 &&
               std::all_of(loops_.begin(), loops_.end(), [](const auto& loop) { return loop->drained(); });
    };
    if (!wait_for_end(deadline, "connections and workers", all_gone)) return false;

    stop_rechecks();
    const auto no_lookups = [this] {
        return std::all_of(rechecks_.begin(), rechecks_.end(), [](const auto& recheck) {
            return is_ready(recheck->ended());
        });
    };
    if (!wait_for_end(deadline, "look-ups of open sockets", no_lookups)) return false;
    if (admin_socket_) {
        const std::shared_future<void> admin = stop_admin();
        if (!wait_for_end(deadline, "a request of zanhu-admin", [&admin] { return is_ready(admin); }))
            return false;
    }
    const auto left = services_.leave();
    const auto all_left = [&left] { return std::all_of(left.begin(), left.end(), is_ready); };
    if (!wait_for_end(deadline, "group memberships in Redis", all_left)) return false;
    for (const auto& loop : loops_)
        loop->stop();
    if (monitor_ != nullptr) {
        monitor_->drain();
        if (!wait_for_end(deadline, "requests for metrics", [this] { return monitor_->ended(); }))
            return false;
        monitor_.reset();
    }

    pools_stopped_ = std::async(std::launch::async, [this] { services_.stop(); });
    if (!wait_for_end(deadline, "work in the pools", [this] { return is_ready(pools_stopped_); }))
        return false;
    logger().notice("ended");
    return true;
}

}  // namespace zanhu::app
