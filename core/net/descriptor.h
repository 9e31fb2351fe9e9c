#pragma once

#include <unistd.h>

#include <utility>

namespace zanhu::net {

/// The owner of a file descriptor, which closes it unless somebody else takes it over. A parameter of this
/// type says that the callee closes what it gets, also when it throws.
class Descriptor {
public:
    Descriptor() = default;
    /// Not explicit: a number that is passed on is handed over.
    Descriptor(int number) noexcept : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }

    int get() const noexcept { return number_; }
    [[nodiscard]] int release() noexcept { return std::exchange(number_, -1); }

private:
    int number_ = -1;
};

}  // namespace zanhu::net
