#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <zanhu/packed_fields.h>

namespace zanhu {

/// Whether `text` is a token of RFC 9110 5.6.2 (not empty).
[[nodiscard]] bool is_token(std::string_view text) noexcept;

/// Whether `text` may stand as a field's value: bytes from 0x80 up are allowed (RFC 9110 obs-text, Latin-1 in
/// meaning), of the control characters only HTAB.
[[nodiscard]] bool is_field_value(std::string_view text) noexcept;

/// Equality under ASCII case folding; other bytes are compared as they are.
[[nodiscard]] bool equals_ignore_case(std::string_view left, std::string_view right) noexcept;

/// `text` without the spaces and tabs at both ends (RFC 9110 OWS).
[[nodiscard]] std::string_view trim_ows(std::string_view text) noexcept;

/// Whether the comma-separated list (RFC 9110 5.6.1; empty elements are skipped) has this token, in any case.
[[nodiscard]] bool list_contains_token(std::string_view list, std::string_view token) noexcept;
/// The same over several fields of one name, as Headers::all() gives them.
[[nodiscard]] bool list_contains_token(std::span<const std::string_view> lists,
                                       std::string_view token) noexcept;

/// The fields of a request or response: an ordered list of (name, value), names in lower case, in order of
/// arrival. It owns its text; the views that it gives are valid until it is changed, moved or destroyed. A
/// value type: its owner is whoever holds it; one thread at a time.
class Headers {
public:
    using Field = zanhu::Field;

    Headers() = default;
    /// Throws as add() does.
    Headers(std::initializer_list<std::pair<std::string_view, std::string_view>> fields);

    /// Appends a field. Throws std::invalid_argument when the name is no token or the value holds CR, LF, NUL
    /// or another control character but HTAB: an application cannot split a response by a header.
    void add(std::string_view name, std::string_view value);
    /// The same for input that may well be wrong: false, and nothing changed, where add() throws.
    [[nodiscard]] bool try_add(std::string_view name, std::string_view value);
    /// Replaces all fields of that name by one, in the first one's place; throws as add() does, then nothing
    /// is changed.
    void set(std::string_view name, std::string_view value);

    /// The first field of that name, which is taken in any case.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;
    /// Every value of that name, in order.
    [[nodiscard]] std::vector<std::string_view> all(std::string_view name) const;
    [[nodiscard]] bool contains(std::string_view name) const noexcept { return find(name).has_value(); }

    [[nodiscard]] PackedFields::Iterator begin() const { return fields_.begin(); }
    [[nodiscard]] PackedFields::Iterator end() const { return fields_.end(); }
    [[nodiscard]] std::size_t size() const noexcept { return fields_.size(); }
    [[nodiscard]] bool empty() const noexcept { return fields_.empty(); }

    /// Makes room for `fields` fields with `bytes` bytes of names and values in all.
    void reserve(std::size_t fields, std::size_t bytes) { fields_.reserve(fields, bytes); }
    /// Gives the memory back.
    void clear() noexcept { fields_.clear(); }

private:
    PackedFields fields_;
};

}  // namespace zanhu
