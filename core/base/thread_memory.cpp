#include "core/base/thread_memory.h"

#include <malloc.h>
#include <openssl/crypto.h>
#include <sys/mman.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>

namespace zanhu {

namespace {

// What glibc keeps: blocks of 24, 40 and so on up to 1,032 bytes.
constexpr std::size_t k_sizes = 64;
constexpr std::size_t k_kept_of_each = 7;
constexpr std::size_t k_smallest = 24;
constexpr std::size_t k_step = 16;

// The allocator takes from what lies free between others before it takes from a heap's end: so these are
// enough to use up the first, after a crowd of ten thousand. Each is small enough to come from a heap.
constexpr std::size_t k_ends = 256;
constexpr std::size_t k_end_size = std::size_t{120} << 10;
constexpr std::uintptr_t k_page = 4096;

// One thread at a time: the room for its blocks is no new page of its stack, and the threads that end leave
// one stack behind.
std::mutex turn;
std::array<void*, k_sizes * k_kept_of_each> kept_blocks;
std::array<void*, k_ends> end_blocks;

template <std::size_t N>
void free_all(const std::array<void*, N>& blocks) noexcept {
    for (void* block : blocks)
        std::free(block);
}

// Whoever frees a block keeps it, until it ends: so they are taken out here and freed by a thread of their
// own.
void free_kept_blocks() noexcept {
    for (std::size_t i = 0; i < kept_blocks.size(); ++i)
        kept_blocks[i] = std::malloc(k_smallest + k_step * (i / k_kept_of_each));
    try {
        std::thread([] { free_all(kept_blocks); }).join();
    } catch (const std::system_error&) {
        free_all(kept_blocks);  // no thread can be had: they stay where they were
    }
}

void free_end_of_heap() noexcept {
    for (void*& block : end_blocks) {
        block = std::malloc(k_end_size);
        if (block == nullptr) continue;
        void* begin = block;
        std::size_t space = k_end_size;
        std::align(k_page, k_end_size - k_page, begin, space);  // the first whole page
        ::madvise(begin, k_end_size - k_page, MADV_DONTNEED);
    }
    free_all(end_blocks);
}

}  // namespace

void free_thread_memory() noexcept {
    const std::lock_guard lock(turn);
    ::OPENSSL_thread_stop();
    free_kept_blocks();
    free_end_of_heap();
}

void limit_heaps(unsigned count) noexcept {
    ::mallopt(M_ARENA_MAX, static_cast<int>(count) + 1);
}

}  // namespace zanhu
