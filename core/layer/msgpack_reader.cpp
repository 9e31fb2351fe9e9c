// msgpack-cxx would take macros only from Boost.
#define MSGPACK_NO_BOOST
#include "core/layer/msgpack_reader.h"

#include <cstdint>
#include <limits>
#include <msgpack.hpp>
#include <string>
#include <utility>
#include <vector>

#include <zanhu/forms.h>

namespace zanhu::layer {

namespace {

/// Builds the value from what msgpack-cxx reports; returning false ends the reading.
class Builder : public msgpack::null_visitor {
public:
    Builder(std::size_t max_depth, std::size_t max_map) : max_depth_(max_depth), max_map_(max_map) {}

    bool visit_nil() { return take(Value()); }
    bool visit_boolean(bool value) { return take(Value(value)); }
    bool visit_positive_integer(std::uint64_t value) {
        return value <= std::uint64_t{std::numeric_limits<std::int64_t>::max()} &&
               take(Value(static_cast<std::int64_t>(value)));
    }
    bool visit_negative_integer(std::int64_t value) { return take(Value(value)); }
    bool visit_float32(float value) { return take(Value(static_cast<double>(value))); }
    bool visit_float64(double value) { return take(Value(value)); }
    bool visit_str(const char* bytes, std::uint32_t size) {
        const std::string_view text(bytes, size);
        return is_utf8(text) && take(Value(text));
    }
    bool visit_bin(const char* bytes, std::uint32_t size) {
        if (in_key_) return visit_str(bytes, size);
        return take(Value(Bytes(std::string(bytes, size))));
    }
    bool visit_ext(const char*, std::uint32_t) { return false; }

    bool start_array(std::uint32_t) { return !levels_.empty() && open(false); }
    bool end_array() { return close(); }
    bool start_map(std::uint32_t entries) { return entries <= max_map_ && open(true); }
    bool end_map() { return close(); }
    bool start_map_key() {
        in_key_ = true;
        return true;
    }
    bool end_map_key() {
        in_key_ = false;
        return true;
    }

    bool whole() const noexcept { return whole_; }
    ValueMap take_result() { return std::move(result_); }

private:
    struct Level {
        explicit Level(bool is_a_map) : is_map(is_a_map) {}
        bool is_map;
        ValueMap map;
        ValueList list;
        std::string key;  // of the entry under way, in a map
    };

    bool open(bool is_map) {
        if (in_key_ || levels_.size() >= max_depth_) return false;
        levels_.emplace_back(is_map);
        return true;
    }
    bool close() {
        Level level = std::move(levels_.back());
        levels_.pop_back();
        if (!levels_.empty())
            return take(level.is_map ? Value(std::move(level.map)) : Value(std::move(level.list)));
        result_ = std::move(level.map);
        whole_ = true;
        return true;
    }
    bool take(Value value) {
        if (levels_.empty()) return false;
        Level& level = levels_.back();
        if (in_key_) {
            const std::string* key = value.as<std::string>();
            if (key == nullptr) return false;
            level.key = *key;
        } else if (level.is_map) {
            level.map.set(std::move(level.key), std::move(value));
        } else {
            level.list.push_back(std::move(value));
        }
        return true;
    }

    const std::size_t max_depth_;
    const std::size_t max_map_;
    std::vector<Level> levels_;
    bool in_key_ = false;
    bool whole_ = false;
    ValueMap result_;
};

}  // namespace

std::optional<ValueMap> read_msgpack(std::string_view bytes, std::size_t max_depth, std::size_t max_map) {
    Builder builder(max_depth, max_map);
    std::size_t offset = 0;
    if (!msgpack::parse(bytes.data(), bytes.size(), offset, builder)) return std::nullopt;
    if (!builder.whole() || offset != bytes.size()) return std::nullopt;
    return builder.take_result();
}

}  // namespace zanhu::layer
