#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

// What every fuzz target defines; libFuzzer calls it, and so does replay.cpp for the files of a corpus.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace zanhu::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

/// A property that must hold for every input: a broken one ends the process, which libFuzzer takes for a
/// find.
inline void require(bool holds) {
    if (!holds) std::abort();
}

/// Cuts the input by its own bytes: the first half says how long the pieces of the second half are, so that
/// every parser sees every split.
class Pieces {
public:
    explicit Pieces(std::string_view input)
        : cuts_(input.substr(0, input.size() / 2)), bytes_(input.substr(input.size() / 2)) {}
    std::string_view whole() const noexcept { return bytes_; }
    bool empty() const noexcept { return done_ >= bytes_.size(); }
    std::string_view next() noexcept {
        const std::size_t wanted =
            cuts_.empty() ? bytes_.size()
                          : std::size_t{1} + static_cast<unsigned char>(cuts_[cut_++ % cuts_.size()]);
        const std::string_view piece = bytes_.substr(done_, wanted);
        done_ += piece.size();
        return piece;
    }

private:
    std::string_view cuts_;
    std::string_view bytes_;
    std::size_t cut_ = 0;
    std::size_t done_ = 0;
};

}  // namespace zanhu::fuzz
