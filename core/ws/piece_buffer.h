#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <utility>

namespace zanhu::ws {

/// The bytes of a message that arrives in pieces. Grows by doubling what is really there, never beyond a
/// bound that the caller knows, so that a length which is only announced costs nothing. realloc moves large
/// blocks without copying, and nothing is zeroed: a std::string offers neither. Owned by one message, on its
/// thread.
class PieceBuffer {
public:
    PieceBuffer() noexcept = default;
    PieceBuffer(PieceBuffer&& other) noexcept
        : data_(std::move(other.data_)),
          size_(std::exchange(other.size_, 0)),
          capacity_(std::exchange(other.capacity_, 0)) {}
    PieceBuffer& operator=(PieceBuffer&& other) noexcept {
        data_ = std::move(other.data_);
        size_ = std::exchange(other.size_, 0);
        capacity_ = std::exchange(other.capacity_, 0);
        return *this;
    }
    ~PieceBuffer() = default;

    /// Makes it longer by `count` bytes, which are to be written, and returns where they are. `bound` (at
    /// least size() + count) is the most that the buffer can come to hold. Throws std::bad_alloc.
    [[nodiscard]] char* extend(std::size_t count, std::size_t bound) {
        if (count > capacity_ - size_) grow(size_ + count, bound);
        char* const at = data_.get() + size_;
        size_ += count;
        return at;
    }
    /// All the room behind the end, for a writer who says with commit() how much of it was used: `wanted`
    /// bytes or more, or as many as are left until `bound`. REQUIRES: size() < bound. Throws std::bad_alloc.
    [[nodiscard]] std::span<char> room(std::size_t wanted, std::size_t bound) {
        const std::size_t needed = size_ + std::min(wanted, bound - size_);
        if (needed > capacity_) grow(needed, bound);
        return {data_.get() + size_, std::min(capacity_, bound) - size_};
    }
    void commit(std::size_t used) noexcept { size_ += used; }
    /// Keeps the first `size` bytes; those behind stay readable until the next append.
    void truncate(std::size_t size) noexcept { size_ = size; }
    [[nodiscard]] char* data() noexcept { return data_.get(); }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
    [[nodiscard]] std::string_view view() const noexcept { return {data_.get(), size_}; }

private:
    struct Free {
        void operator()(char* block) const noexcept { std::free(block); }
    };

    void grow(std::size_t needed, std::size_t bound) {
        const std::size_t wanted = std::max(needed, std::min(2 * capacity_, bound));
        auto* const block = static_cast<char*>(std::realloc(data_.get(), wanted));
        if (block == nullptr) throw std::bad_alloc();
        (void)data_.release();  // realloc has taken it
        data_.reset(block);
        capacity_ = wanted;
    }

    std::unique_ptr<char, Free> data_;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

}  // namespace zanhu::ws
