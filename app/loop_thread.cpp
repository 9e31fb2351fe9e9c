#include "app/loop_thread.h"

#include <pthread.h>

#include <string>
#include <utility>

namespace zanhu::app {

LoopThread::LoopThread(const connection::Options& options,
                       Application& application,
                       connection::Admission& admission)
    : registry_(loop_, options, application, admission) {}

LoopThread::~LoopThread() {
    stop();
}

void LoopThread::start(std::vector<Listening> listening, const std::string& name) {
    loop_.post([this, listening = std::move(listening)] {
        for (const auto& [descriptor, entrance] : listening) {
            auto accept = [this, entrance = entrance](net::Descriptor accepted) {
                registry_.accept(std::move(accepted), entrance);
            };
            listeners_.push_back(std::make_unique<net::Listener>(loop_, descriptor, std::move(accept)));
        }
    });
    thread_ = std::thread([this] { loop_.run(); });
    pthread_setname_np(thread_.native_handle(), name.c_str());
}

void LoopThread::drain() {
    loop_.post([this] {
        listeners_.clear();
        registry_.drain();
        drained_ = true;
    });
}

void LoopThread::stop() {
    if (!thread_.joinable()) return;
    loop_.stop();
    thread_.join();
}

}  // namespace zanhu::app
