#include "core/base/thread_memory.h"

#include <sys/mman.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <system_error>
#include <thread>

namespace zanhu {

namespace {

// What glibc keeps: blocks of 24, 40 and so on up to 1,032 bytes.
constexpr std::size_t k_sizes = 64;
constexpr std::size_t k_kept_of_each = 7;
constexpr std::size_t k_smallest = 24;
constexpr std::size_t k_step = 16;

// Together more than a heap's end is usually long; each small enough to be taken from there.
constexpr std::size_t k_ends = 4;
constexpr std::size_t k_end_size = std::size_t{120} << 10;
constexpr std::uintptr_t k_page = 4096;

template <std::size_t N>
void free_all(const std::array<void*, N>& blocks) noexcept {
    for (void* block : blocks)
        std::free(block);
}

// Whoever frees a block keeps it, until it ends: so they are taken out here and freed by a thread of their
// own.
void free_kept_blocks() noexcept {
    std::array<void*, k_sizes * k_kept_of_each> blocks{};
    for (std::size_t i = 0; i < blocks.size(); ++i)
        blocks[i] = std::malloc(k_smallest + k_step * (i / k_kept_of_each));
    try {
        std::thread([&blocks] { free_all(blocks); }).join();
    } catch (const std::system_error&) {
        free_all(blocks);  // no thread can be had: they stay where they were
    }
}

void free_end_of_heap() noexcept {
    std::array<void*, k_ends> blocks{};
    for (void*& block : blocks) {
        block = std::malloc(k_end_size);
        if (block == nullptr) continue;
        void* begin = block;
        std::size_t space = k_end_size;
        std::align(k_page, k_end_size - k_page, begin, space);  // the first whole page
        ::madvise(begin, k_end_size - k_page, MADV_DONTNEED);
    }
    free_all(blocks);
}

}  // namespace

void free_thread_memory() noexcept {
    free_kept_blocks();
    free_end_of_heap();
}

}  // namespace zanhu
