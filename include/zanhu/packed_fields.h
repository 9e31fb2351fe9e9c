#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace zanhu {

/// One name and its value; both are views into the container that gave them, valid until that is changed or
/// destroyed.
struct Field {
    std::string_view name;
    std::string_view value;
};

/// An ordered list of (name, value) pairs in one buffer of text and one of offsets, so that any number of
/// fields costs two allocations. What Headers and Cookies are made of. A value type: its owner is whoever
/// holds it; one thread at a time.
class PackedFields {
public:
    class Iterator {
    public:
        using value_type = Field;
        using reference = Field;
        using difference_type = std::ptrdiff_t;
        using iterator_category = std::input_iterator_tag;
        using iterator_concept = std::forward_iterator_tag;

        Iterator() = default;
        Iterator(const PackedFields& fields, std::size_t index) : fields_(&fields), index_(index) {}

        Field operator*() const { return (*fields_)[index_]; }
        Iterator& operator++() {
            ++index_;
            return *this;
        }
        Iterator operator++(int) {
            Iterator before = *this;
            ++index_;
            return before;
        }
        bool operator==(const Iterator& other) const = default;

    private:
        const PackedFields* fields_ = nullptr;
        std::size_t index_ = 0;
    };

    [[nodiscard]] std::size_t size() const noexcept { return ends_.size(); }
    [[nodiscard]] bool empty() const noexcept { return ends_.empty(); }
    [[nodiscard]] Iterator begin() const { return {*this, 0}; }
    [[nodiscard]] Iterator end() const { return {*this, size()}; }

    /// REQUIRES: index < size().
    [[nodiscard]] Field operator[](std::size_t index) const {
        const std::string_view text = text_;
        const std::size_t start = index == 0 ? 0 : ends_[index - 1].value;
        const Ends ends = ends_[index];
        return {text.substr(start, ends.name - start), text.substr(ends.name, ends.value - ends.name)};
    }

    /// Makes room for `fields` fields with `bytes` bytes of names and values in all.
    void reserve(std::size_t fields, std::size_t bytes) {
        ends_.reserve(fields);
        text_.reserve(bytes);
    }

    /// Appends a pair whose name is put through `change_name(char) -> char`.
    /// REQUIRES: neither name nor value is a view into this object. Throws std::length_error above 4 GiB of
    /// text.
    template <class ChangeName>
    void append(std::string_view name, std::string_view value, ChangeName change_name) {
        if (name.size() + value.size() > std::numeric_limits<std::uint32_t>::max() - text_.size()) {
            throw std::length_error("PackedFields: more than 4 GiB of text");
        }
        const std::size_t start = text_.size();
        text_.append(name);
        for (std::size_t i = start; i < text_.size(); ++i)
            text_[i] = change_name(text_[i]);
        const auto name_end = static_cast<std::uint32_t>(text_.size());
        text_.append(value);
        ends_.push_back({name_end, static_cast<std::uint32_t>(text_.size())});
    }

    /// Whether `text` is a view into this object's buffer, which append() would move away from under it.
    [[nodiscard]] bool holds(std::string_view text) const noexcept {
        const std::less<const char*> before;
        return !before(text.data(), text_.data()) && before(text.data(), text_.data() + text_.size());
    }

    /// Gives the memory back.
    void clear() noexcept {
        // Assigning an empty string would keep the buffer.
        std::string().swap(text_);
        std::vector<Ends>().swap(ends_);
    }

private:
    struct Ends {
        std::uint32_t name;
        std::uint32_t value;
    };

    std::string text_;
    std::vector<Ends> ends_;
};

}  // namespace zanhu
