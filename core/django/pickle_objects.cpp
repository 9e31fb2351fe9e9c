#include "core/django/pickle_objects.h"

#include <string>
#include <utility>

namespace zanhu::django {

namespace {

/// A map's key as text; nothing for one that only Python could compare.
std::optional<std::string> key_of(const Value& value) {
    if (const auto* text = value.as<std::string>()) return *text;
    if (const auto* number = value.as<std::int64_t>()) return std::to_string(*number);
    return std::nullopt;
}

std::size_t size_of(const Value& scalar) {
    if (const auto* text = scalar.as<std::string>()) return text->size();
    const auto* bytes = scalar.as<Bytes>();
    return bytes == nullptr ? 0 : bytes->data.size();
}

}  // namespace

PickleObjects::Reference PickleObjects::add(Object object) {
    objects_.push_back(std::move(object));
    return static_cast<Reference>(objects_.size() - 1);
}

PickleObjects::Reference PickleObjects::add(Value scalar) {
    return add(Object{Kind::scalar, std::move(scalar), {}});
}

PickleObjects::Reference PickleObjects::add_list(std::vector<Reference> items) {
    items_ += items.size();
    return add(Object{Kind::list, {}, std::move(items)});
}

PickleObjects::Reference PickleObjects::add_map() {
    return add(Object{Kind::map, {}, {}});
}

void PickleObjects::extend(Reference container, const std::vector<Reference>& items) {
    auto& held = objects_[container].items;
    held.insert(held.end(), items.begin(), items.end());
    items_ += items.size();
}

std::optional<Value> PickleObjects::value_of(Reference object, std::size_t depth, std::size_t bytes) const {
    Budget left{limit_, bytes};
    return value_of(object, depth, left);
}

std::optional<Value> PickleObjects::value_of(Reference reference, std::size_t depth, Budget& left) const {
    if (depth == 0 || left.objects == 0) return std::nullopt;
    --left.objects;
    const Object& object = objects_[reference];
    switch (object.kind) {
        case Kind::list:
            return list_of(object, depth - 1, left);
        case Kind::map:
            return map_of(object, depth - 1, left);
        case Kind::scalar:
            break;
    }
    const std::size_t size = size_of(object.scalar);
    if (size > left.bytes) return std::nullopt;
    left.bytes -= size;
    return object.scalar;
}

std::optional<Value> PickleObjects::list_of(const Object& object, std::size_t depth, Budget& left) const {
    ValueList list;
    for (const Reference item : object.items) {
        auto value = value_of(item, depth, left);
        if (!value) return std::nullopt;
        list.push_back(std::move(*value));
    }
    return list;
}

std::optional<Value> PickleObjects::map_of(const Object& object, std::size_t depth, Budget& left) const {
    ValueMap map;
    for (std::size_t i = 0; i + 1 < object.items.size(); i += 2) {
        const auto key = value_of(object.items[i], depth, left);
        auto value = value_of(object.items[i + 1], depth, left);
        if (!key || !value) return std::nullopt;
        if (auto text = key_of(*key)) map.set(std::move(*text), std::move(*value));
    }
    return map;
}

}  // namespace zanhu::django
