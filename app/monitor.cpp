#include "app/monitor.h"

#include <Poco/Logger.h>

#include <utility>

#include <zanhu/errors.h>

#include "app/mapping.h"
#include "core/net/listener.h"

namespace zanhu::app {

namespace {

constexpr std::size_t k_connections = 64;  // scrapers and probes; more are a mistake

/// The site's deadlines, without what is meant for its clients.
connection::Options monitor_options(const settings::Settings& settings) {
    connection::Options options = connection_options(settings);
    options.rates = {};
    options.proxies = {};
    return options;
}

}  // namespace

Monitor::Monitor(const settings::Settings& settings, Monitored monitored)
    : options_(monitor_options(settings)),
      admission_(connection::Admission::Limits{k_connections}),
      pages_(std::move(monitored)) {
    std::vector<LoopThread::Listening> listening = listen(settings);
    if (listening.empty()) return;
    thread_ = std::make_unique<LoopThread>(options_, pages_, admission_);
    thread_->start(std::move(listening), "zanhu-monitor");
}

Monitor::~Monitor() {
    if (thread_ != nullptr) thread_->stop();
}

std::vector<LoopThread::Listening> Monitor::listen(const settings::Settings& settings) {
    std::vector<LoopThread::Listening> listening;
    for (const net::Address& address : metrics_addresses(settings)) {
        try {
            listening.push_back(
                LoopThread::Listening{net::listen_on(address, 1, options_.keep_alive_timeout).front(), {}});
        } catch (const ConfigError& error) {
            if (settings::MetricsSettings::from(settings).listen_is_set) throw;
            Poco::Logger::get("zanhu").warning(std::string("no metrics: ") + error.what() +
                                               "; set [metrics] listen to another address, or to nothing");
            continue;
        }
        addresses_.push_back(net::Address::of_socket(listening.back().descriptor).to_string());
    }
    return listening;
}

void Monitor::drain() {
    if (thread_ != nullptr) thread_->drain();
}

}  // namespace zanhu::app
