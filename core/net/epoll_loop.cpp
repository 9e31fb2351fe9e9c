#include "core/net/epoll_loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <system_error>

#include <zanhu/errors.h>

#include "core/base/metrics.h"
#include "core/net/stream.h"

namespace zanhu::net {

namespace {

constexpr int k_events_a_turn = 512;

constexpr double k_turn_bounds[] = {0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5};
Histogram turns("loop_turn_seconds",
                "Turns of the event loops: from what the kernel reports to the last write",
                k_turn_bounds);

[[noreturn]] void throw_errno(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

/// A timer and a cancellation, whichever comes first. Lives in the frame of sleep_for.
class Sleep {
public:
    Sleep(EpollLoop& loop, std::chrono::milliseconds delay, CancelToken token) noexcept
        : loop_(loop),
          delay_(delay),
          token_(token),
          timer_(&Sleep::fired, this),
          cancel_(&Sleep::fired, this) {}

    bool await_ready() const noexcept { return token_.cancelled(); }
    void await_suspend(std::coroutine_handle<> awaiter) {
        awaiter_ = awaiter;
        token_.register_callback(cancel_);
        loop_.schedule(timer_, delay_);
    }
    void await_resume() const {
        if (token_.cancelled()) throw Cancelled();
    }

private:
    static void fired(void* self) {
        auto& sleep = *static_cast<Sleep*>(self);
        sleep.timer_.cancel();
        sleep.cancel_.unregister();
        sleep.awaiter_.resume();
    }

    EpollLoop& loop_;
    std::chrono::milliseconds delay_;
    CancelToken token_;
    Timer timer_;
    CancelCallback cancel_;
    std::coroutine_handle<> awaiter_;
};

std::uint64_t milliseconds_of(std::chrono::steady_clock::time_point time) {
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count());
}

}  // namespace

EpollLoop::Wakeup::Wakeup()
    : Watch(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC),
            [](Watch& self, std::uint32_t) { static_cast<Wakeup&>(self).clear(); }) {
    if (fd() < 0) throw_errno("eventfd");
}

EpollLoop::Wakeup::~Wakeup() {
    ::close(fd());
}

void EpollLoop::Wakeup::signal() noexcept {
    const std::uint64_t one = 1;
    // It can only fail when the counter is full, and then the loop is woken anyway.
    [[maybe_unused]] const auto written = ::write(fd(), &one, sizeof one);
}

void EpollLoop::Wakeup::clear() noexcept {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = ::read(fd(), &count, sizeof count);
}

EpollLoop::EpollLoop()
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      now_(std::chrono::steady_clock::now()),
      timers_(milliseconds_of(now_)) {
    if (epoll_ < 0) throw_errno("epoll_create1");
    add(wakeup_, EPOLLIN);
}

EpollLoop::~EpollLoop() {
    ::close(epoll_);
}

void EpollLoop::run() {
    assert(EventLoop::current() == nullptr);
    set_current(this);
    turn_ended_ = std::chrono::steady_clock::now();
    while (!stopping_)
        turn();
    run_posted();
    run_endings();
    set_current(nullptr);
}

void EpollLoop::stop() {
    post([this] { stopping_ = true; });
}

void EpollLoop::post(UniqueFunction job) {
    bool wake = false;
    {
        const std::lock_guard lock(mutex_);
        posted_.push_back(std::move(job));
        wake = !signalled_.exchange(true, std::memory_order_relaxed);
    }
    if (wake) wakeup_.signal();
}

Task<void> EpollLoop::sleep_for(std::chrono::milliseconds delay, CancelToken token) {
    Sleep sleep(*this, delay, token);
    co_await sleep;
}

void EpollLoop::add(Watch& watch, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = &watch;
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, watch.fd(), &event) != 0) throw_errno("epoll_ctl add");
}

void EpollLoop::modify(Watch& watch, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = &watch;
    if (::epoll_ctl(epoll_, EPOLL_CTL_MOD, watch.fd(), &event) != 0) throw_errno("epoll_ctl mod");
}

void EpollLoop::remove(Watch& watch) noexcept {
    ::epoll_ctl(epoll_, EPOLL_CTL_DEL, watch.fd(), nullptr);
}

void EpollLoop::schedule(Timer& timer, std::chrono::milliseconds delay) noexcept {
    timers_.schedule(timer, now_ms() + static_cast<std::uint64_t>(std::max<std::int64_t>(delay.count(), 0)));
}

void EpollLoop::flush_corked() {
    // A flush can end a stream, and what that resumes may cork others or ask for a flush itself: all of it is
    // taken up here, until nothing is left.
    if (std::exchange(flushing_, true)) return;
    for (std::size_t i = 0; i < corked_.size(); ++i) {
        if (Stream* stream = std::exchange(corked_[i], nullptr)) stream->flush();
    }
    corked_.clear();
    flushing_ = false;
}

void EpollLoop::forget(Stream& stream) noexcept {
    for (auto* list : {&corked_, &unread_})
        std::replace(list->begin(), list->end(), &stream, static_cast<Stream*>(nullptr));
}

void EpollLoop::read_unread() {
    // What asks again while this runs waits for the next turn.
    const std::size_t count = unread_.size();
    for (std::size_t i = 0; i < count; ++i) {
        if (Stream* stream = std::exchange(unread_[i], nullptr)) stream->read_again();
    }
    unread_.erase(unread_.begin(), unread_.begin() + static_cast<std::ptrdiff_t>(count));
}

bool EpollLoop::take_handshake() noexcept {
    if (handshakes_left_ == 0) return false;
    --handshakes_left_;
    return true;
}

std::span<char> EpollLoop::record_buffer() {
    if (record_buffer_ == nullptr) record_buffer_.reset(new char[TlsSession::k_record]);
    return {record_buffer_.get(), TlsSession::k_record};
}

void EpollLoop::grow_receive_buffer() {
    if (received_.size() != k_receive_size) return;
    std::string().swap(received_);
    resize_unfilled(received_, k_grown_receive_size);
}

SharedBytes EpollLoop::returning(std::string bytes) {
    struct Returning {
        std::string bytes;
        EpollLoop& loop;
        ~Returning() {
            const std::size_t room = bytes.capacity();
            if (!loop.received_.empty() || (room != k_receive_size && room != k_grown_receive_size)) return;
            bytes.clear();
            loop.received_.swap(bytes);
        }
    };
    auto holder = std::make_shared<Returning>(std::move(bytes), *this);
    const std::string* const held = &holder->bytes;
    return {std::move(holder), held};
}

std::unique_ptr<Outbox> EpollLoop::take_outbox() {
    if (free_outboxes_.empty()) return std::make_unique<Outbox>();
    auto outbox = std::move(free_outboxes_.back());
    free_outboxes_.pop_back();
    return outbox;
}

void EpollLoop::give_outbox(std::unique_ptr<Outbox> outbox) {
    outbox->reset();
    if (free_outboxes_.size() < k_free_outboxes) free_outboxes_.push_back(std::move(outbox));
}

void EpollLoop::give_back_memory() noexcept {
    free_outboxes_.clear();
    free_outboxes_.shrink_to_fit();
    std::string().swap(received_);
    corked_.shrink_to_fit();
    unread_.shrink_to_fit();
    endings_.shrink_to_fit();
}

void EpollLoop::turn() {
    epoll_event events[k_events_a_turn];
    const int count = ::epoll_wait(epoll_, events, k_events_a_turn, wait_ms(turn_ended_));
    if (count < 0 && errno != EINTR) throw_errno("epoll_wait");
    begin_turn();
    handshakes_left_ = handshakes_a_turn_;
    for (int i = 0; i < count; ++i)
        static_cast<Watch*>(events[i].data.ptr)->ready(events[i].events);
    run_posted();
    timers_.advance(now_ms());
    read_unread();
    flush_corked();
    run_endings();
    end_turn();
}

int EpollLoop::wait_ms(std::chrono::steady_clock::time_point moment) const noexcept {
    if (!corked_.empty() || !unread_.empty() || !endings_.empty()) return 0;
    const std::uint64_t wake = timers_.next_wake_ms();
    if (wake == TimerWheel::k_never) return -1;
    const std::uint64_t now = milliseconds_of(moment);
    return wake <= now ? 0 : static_cast<int>(std::min<std::uint64_t>(wake - now, 60'000));
}

void EpollLoop::run_posted() {
    // Most turns have no job and take no lock. One that is missed here has woken the next turn.
    if (!signalled_.load(std::memory_order_relaxed)) return;
    std::vector<UniqueFunction> jobs;
    {
        const std::lock_guard lock(mutex_);
        jobs.swap(posted_);
        signalled_.store(false, std::memory_order_relaxed);
    }
    for (UniqueFunction& job : jobs)
        job();
}

void EpollLoop::run_endings() {
    for (std::size_t i = 0; i < endings_.size(); ++i) {
        UniqueFunction ending = std::move(endings_[i]);
        ending();
    }
    endings_.clear();
}

void EpollLoop::begin_turn() noexcept {
    now_ = std::chrono::steady_clock::now();
    turn_began_.store(static_cast<std::int64_t>(now_ms()), std::memory_order_relaxed);
}

void EpollLoop::end_turn() noexcept {
    turn_ended_ = std::chrono::steady_clock::now();
    turn_began_.store(0, std::memory_order_relaxed);
    turns.observe(turn_ended_ - now_);
}

std::chrono::milliseconds EpollLoop::stuck_for() const noexcept {
    const std::int64_t began = turn_began_.load(std::memory_order_relaxed);
    const auto now = static_cast<std::int64_t>(milliseconds_of(std::chrono::steady_clock::now()));
    return std::chrono::milliseconds(began == 0 ? 0 : std::max<std::int64_t>(now - began, 0));
}

std::uint64_t EpollLoop::now_ms() const noexcept {
    return milliseconds_of(now_);
}

}  // namespace zanhu::net
