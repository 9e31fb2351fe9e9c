#pragma once

#include <cassert>

namespace zanhu {

class CancelSource;

/// Something that wants to know when a CancelSource is cancelled: a node in the source's list, owned by
/// whoever waits. Lives on the loop of its source; unregisters itself when it is destroyed.
class CancelCallback {
public:
    using Function = void (*)(void* context);
    CancelCallback(Function function, void* context) noexcept : function_(function), context_(context) {}
    CancelCallback(const CancelCallback&) = delete;
    CancelCallback& operator=(const CancelCallback&) = delete;
    ~CancelCallback() { unregister(); }
    void unregister() noexcept;

private:
    friend class CancelSource;
    friend class CancelToken;
    Function function_;
    void* context_;
    CancelCallback** previous_ = nullptr;  // what points to this node while it is registered
    CancelCallback* next_ = nullptr;
};

/// Asks whether the work is still wanted. A small value that must not outlive its source; loop thread only.
class CancelToken {
public:
    CancelToken() noexcept = default;  ///< never cancelled
    bool cancelled() const noexcept;
    /// The callback runs once, on cancel(); at once never: check cancelled() first.
    void register_callback(CancelCallback& callback) const noexcept;

private:
    friend class CancelSource;
    explicit CancelToken(CancelSource* source) noexcept : source_(source) {}
    CancelSource* source_ = nullptr;
};

/// The right to cancel: a connection owns one, and its waits take tokens. Loop thread only.
class CancelSource {
public:
    CancelSource() = default;
    CancelSource(const CancelSource&) = delete;
    CancelSource& operator=(const CancelSource&) = delete;
    ~CancelSource() { assert(first_ == nullptr); }

    CancelToken token() noexcept { return CancelToken(this); }
    bool cancelled() const noexcept { return cancelled_; }
    /// Runs every registered callback once, each unregistered first. Further calls do nothing.
    void cancel() {
        if (cancelled_) return;
        cancelled_ = true;
        while (first_ != nullptr) {
            CancelCallback* callback = first_;
            callback->unregister();
            callback->function_(callback->context_);
        }
    }

private:
    friend class CancelToken;
    CancelCallback* first_ = nullptr;
    bool cancelled_ = false;
};

inline bool CancelToken::cancelled() const noexcept {
    return source_ != nullptr && source_->cancelled();
}

inline void CancelToken::register_callback(CancelCallback& callback) const noexcept {
    if (source_ == nullptr) return;
    assert(callback.previous_ == nullptr && !source_->cancelled_);
    callback.next_ = source_->first_;
    callback.previous_ = &source_->first_;
    if (callback.next_ != nullptr) callback.next_->previous_ = &callback.next_;
    source_->first_ = &callback;
}

inline void CancelCallback::unregister() noexcept {
    if (previous_ == nullptr) return;
    *previous_ = next_;
    if (next_ != nullptr) next_->previous_ = previous_;
    previous_ = nullptr;
    next_ = nullptr;
}

}  // namespace zanhu
