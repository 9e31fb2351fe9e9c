#include "core/ws/kept_payload.h"

#include <cassert>
#include <functional>
#include <utility>

#include "core/base/resize_unfilled.h"

namespace zanhu::ws {

bool KeptPayload::may_take_input(std::span<const char> payload) const noexcept {
    if (input_ == nullptr || payload.size() < input_->size() / k_most_room) return false;
    const std::less_equal<const char*> not_behind;
    return not_behind(input_->data(), payload.data()) &&
           not_behind(payload.data() + payload.size(), input_->data() + input_->size());
}

char* KeptPayload::room_for(std::span<const char> payload, bool last) {
    if (last && may_take_input(payload)) {
        room_ = input_->data();
    } else {
        resize_unfilled(own_, payload.size());
        room_ = own_.data();
    }
    return room_;
}

std::string KeptPayload::take(std::string_view payload) {
    assert(holds(payload));
    std::string& holder = input_ != nullptr && room_ == input_->data() ? *input_ : own_;
    room_ = nullptr;
    holder.resize(payload.size());
    return std::exchange(holder, {});
}

}  // namespace zanhu::ws
