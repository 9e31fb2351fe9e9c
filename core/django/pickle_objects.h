#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <zanhu/value.h>

namespace zanhu::django {

/// The objects that a pickle makes, which may be filled after they were put into others, shared, and even
/// hold themselves. Owned by one read_pickle() call.
class PickleObjects {
public:
    using Reference = std::uint32_t;

    explicit PickleObjects(std::size_t limit) : limit_(limit) {}

    Reference add(Value scalar);
    Reference add_list(std::vector<Reference> items);
    Reference add_map();
    /// To a list its items, to a map its keys and values by turns; what is neither stays as it is.
    void extend(Reference container, const std::vector<Reference>& items);
    /// More was made than the limit allows.
    [[nodiscard]] bool full() const noexcept { return objects_.size() > limit_ || items_ > limit_; }

    /// The object with all that it holds; nothing when that is nested too deeply, as in an object that holds
    /// itself, or more than the limit of objects, or than so many bytes of text.
    [[nodiscard]] std::optional<Value> value_of(Reference object, std::size_t depth, std::size_t bytes) const;

private:
    enum class Kind : std::uint8_t { scalar, list, map };
    struct Object {
        Kind kind;
        Value scalar;
        std::vector<Reference> items;
    };

    /// What may still be written out: shared objects are repeated in a value.
    struct Budget {
        std::size_t objects;
        std::size_t bytes;
    };

    std::optional<Value> value_of(Reference object, std::size_t depth, Budget& left) const;
    std::optional<Value> list_of(const Object& object, std::size_t depth, Budget& left) const;
    std::optional<Value> map_of(const Object& object, std::size_t depth, Budget& left) const;
    Reference add(Object object);

    const std::size_t limit_;
    std::size_t items_ = 0;
    std::vector<Object> objects_;
};

}  // namespace zanhu::django
