#include "core/layer/wire.h"

#include <zanhu/errors.h>

#include "core/layer/msgpack_reader.h"
#include "core/layer/msgpack_writer.h"

namespace zanhu::layer {

WireBody::WireBody(Format format, const ValueMap& fields) : format_(format), entries_(fields.size()) {
    if (fields.find(k_channel_key) != nullptr)
        throw Error("a message may not hold __asgi_channel__, which the channel layer itself writes");
    if (format_ == Format::json) {
        body_ = to_json(fields);
        body_.pop_back();  // its }
        return;
    }
    for (const auto& [key, value] : fields) {
        write_msgpack_text(body_, key);
        write_msgpack(body_, value);
    }
}

std::string WireBody::with() const {
    return finish(nullptr);
}

std::string WireBody::with(const std::string& channel) const {
    const Value value(channel);
    return finish(&value);
}

std::string WireBody::with(const std::vector<std::string>& channels) const {
    ValueList list;
    list.reserve(channels.size());
    for (const std::string& channel : channels)
        list.emplace_back(channel);
    const Value value(std::move(list));
    return finish(&value);
}

std::string WireBody::finish(const Value* channel) const {
    if (format_ == Format::json) {
        if (channel == nullptr) return body_ + "}";
        return body_ + (entries_ == 0 ? "" : ", ") + "\"" + std::string(k_channel_key) +
               "\": " + to_json(*channel) + "}";
    }
    std::string bytes;
    write_msgpack_map_head(bytes, entries_ + (channel == nullptr ? 0 : 1));
    bytes += body_;
    if (channel != nullptr) {
        write_msgpack_text(bytes, k_channel_key);
        write_msgpack(bytes, *channel);
    }
    return bytes;
}

std::optional<ValueMap> read_wire(Format format, std::string_view bytes, const WireLimits& limits) {
    if (bytes.size() > limits.max_size) return std::nullopt;
    if (format == Format::msgpack) return read_msgpack(bytes, limits.max_depth, limits.max_map);
    const std::optional<Value> value = parse_json(bytes);
    const ValueMap* map = value ? value->as<ValueMap>() : nullptr;
    if (map == nullptr) return std::nullopt;
    return *map;
}

}  // namespace zanhu::layer
