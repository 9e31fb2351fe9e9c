#include <algorithm>

#include <zanhu/scope.h>

namespace zanhu {

std::string UrlRoute::kwarg_text(std::string_view name) const {
    const Value* value = kwargs.find(name);
    if (value == nullptr) return {};
    if (const auto* text = value->as<std::string>()) return *text;
    if (const auto* number = value->as<std::int64_t>()) return std::to_string(*number);
    return {};
}

void Scope::remove(std::string_view key) noexcept {
    std::erase_if(slots_, [key](const auto& slot) { return slot.first == key; });
}

void Scope::release_request() {
    headers.clear();
    remove("cookies");
    remove("session");
    slots_.shrink_to_fit();
    // Assigning an empty string would keep the buffer.
    std::string().swap(raw_path);
    std::string().swap(query_string);
    std::vector<std::string>().swap(subprotocols);
    path_remaining.reset();
}

}  // namespace zanhu
