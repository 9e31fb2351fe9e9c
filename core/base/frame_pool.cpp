#include "core/base/frame_pool.h"

#include <cstdlib>
#include <new>

#include <zanhu/task.h>

namespace zanhu::detail {

namespace {

// Frames of most handlers are 100 to 600 bytes. Under a sanitizer every frame is the allocator's own, so that
// a use after free shows.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool k_pooled = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool k_pooled = false;
#else
constexpr bool k_pooled = true;
#endif
#else
constexpr bool k_pooled = true;
#endif

constexpr std::size_t k_step = 32;  // of the size that a frame has with the allocator's word before it
constexpr std::size_t k_word = sizeof(std::size_t);
constexpr std::size_t k_classes = 32;
constexpr std::size_t k_kept_per_class =
    64;  // what one turn's handlers use again; more goes back to the allocator

struct FreeFrame {
    FreeFrame* next;
};

/// A thread's free frames, by size. Constant-initialized and without a destructor, so that using it needs no
/// check; Drain gives it back.
class FramePool {
public:
    constexpr FramePool() noexcept = default;

    void* take(std::size_t size_class) noexcept {
        FreeFrame* frame = first_[size_class];
        if (frame == nullptr) return nullptr;
        first_[size_class] = frame->next;
        --count_[size_class];
        return frame;
    }
    void free_all() noexcept {
        for (std::size_t i = 0; i < k_classes; ++i) {
            while (void* frame = take(i))
                std::free(frame);
        }
    }
    bool give(std::size_t size_class, void* memory) noexcept {
        if (count_[size_class] >= k_kept_per_class) return false;
        first_[size_class] = new (memory) FreeFrame{first_[size_class]};
        ++count_[size_class];
        return true;
    }

private:
    FreeFrame* first_[k_classes] = {};
    std::size_t count_[k_classes] = {};
};

[[gnu::tls_model("initial-exec")]] constinit thread_local FramePool pool;

/// At the end of a thread that has made frames.
class Drain {
public:
    void at_thread_end() const noexcept {}  // its call makes the object, whose destructor does the work
    ~Drain() { pool.free_all(); }
};

thread_local const Drain drain;

std::size_t class_of(std::size_t size) {
    return (size + k_word - 1) / k_step;
}

}  // namespace

void* allocate_frame(std::size_t size) {
    const std::size_t size_class = class_of(size);
    if (k_pooled && size_class < k_classes) {
        if (void* frame = pool.take(size_class)) return frame;
        size = (size_class + 1) * k_step - k_word;
        drain.at_thread_end();
    }
    void* frame = std::malloc(size);
    if (frame == nullptr) throw std::bad_alloc();
    return frame;
}

void free_frame(void* frame, std::size_t size) noexcept {
    const std::size_t size_class = class_of(size);
    if (k_pooled && size_class < k_classes && pool.give(size_class, frame)) return;
    std::free(frame);
}

}  // namespace zanhu::detail

void zanhu::free_kept_frames() noexcept {
    detail::pool.free_all();
}
