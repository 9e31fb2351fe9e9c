#pragma once

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace zanhu {

/// A callable `void()` that is moved, not copied, and called at most as often as its owner likes. Small
/// callables (48 bytes) live inside it, so that posting a job to an EventLoop costs no allocation. A value;
/// not thread-safe itself.
class UniqueFunction {
public:
    UniqueFunction() noexcept = default;

    template <class F>
        requires(!std::is_same_v<std::remove_cvref_t<F>, UniqueFunction> && std::is_invocable_v<F&>)
    // Implicit, since a closure is passed where a job is wanted; moves are excluded by the requirement.
    // NOLINTNEXTLINE(bugprone-forwarding-reference-overload)
    UniqueFunction(F&& callable) {
        using Callable = std::remove_cvref_t<F>;
        if constexpr (sizeof(Callable) <= sizeof(storage_) &&
                      std::is_nothrow_move_constructible_v<Callable>) {
            new (storage_) Callable(std::forward<F>(callable));
            operations_ = &k_inline<Callable>;
        } else {
            new (storage_) Callable*(new Callable(std::forward<F>(callable)));
            operations_ = &k_heap<Callable>;
        }
    }

    UniqueFunction(UniqueFunction&& other) noexcept { take(other); }
    UniqueFunction& operator=(UniqueFunction&& other) noexcept {
        if (this != &other) {
            reset();
            take(other);
        }
        return *this;
    }
    UniqueFunction(const UniqueFunction&) = delete;
    UniqueFunction& operator=(const UniqueFunction&) = delete;
    ~UniqueFunction() { reset(); }

    explicit operator bool() const noexcept { return operations_ != nullptr; }

    /// REQUIRES: it holds a callable.
    void operator()() { operations_->call(storage_); }

private:
    struct Operations {
        void (*call)(void*);
        void (*move)(void* from, void* to) noexcept;
        void (*destroy)(void*) noexcept;
    };

    template <class C>
    static constexpr Operations k_inline{[](void* p) { (*static_cast<C*>(p))(); },
                                         [](void* from, void* to) noexcept {
                                             new (to) C(std::move(*static_cast<C*>(from)));
                                             static_cast<C*>(from)->~C();
                                         },
                                         [](void* p) noexcept { static_cast<C*>(p)->~C(); }};
    template <class C>
    static constexpr Operations k_heap{
        [](void* p) { (**static_cast<C**>(p))(); },
        [](void* from, void* to) noexcept { new (to) C*(*static_cast<C**>(from)); },
        [](void* p) noexcept { delete *static_cast<C**>(p); }};

    void take(UniqueFunction& other) noexcept {
        operations_ = std::exchange(other.operations_, nullptr);
        if (operations_ != nullptr) operations_->move(other.storage_, storage_);
    }
    void reset() noexcept {
        if (operations_ != nullptr) operations_->destroy(storage_);
        operations_ = nullptr;
    }

    const Operations* operations_ = nullptr;
    alignas(std::max_align_t) std::byte storage_[48];
};

}  // namespace zanhu
