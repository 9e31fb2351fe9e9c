#include <zanhu/errors.h>
#include <zanhu/layer_message.h>

namespace zanhu {

LayerMessage LayerMessage::from(ValueMap fields) {
    const std::string* type = fields.find_text("type");
    if (type == nullptr || type->empty()) throw Error("a layer message needs a text under the key 'type'");
    LayerMessage message;
    message.fields_ = std::move(fields);
    return message;
}

std::string_view LayerMessage::text(std::string_view key) const noexcept {
    const std::string* text = fields_.find_text(key);
    return text == nullptr ? std::string_view() : std::string_view(*text);
}

const std::string& SharedMessage::as_json() const {
    state_->encoded.run([this] { state_->json = to_json(state_->message.fields()); });
    return state_->json;
}

}  // namespace zanhu
