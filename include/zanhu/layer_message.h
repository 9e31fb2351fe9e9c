#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include <zanhu/value.h>

namespace zanhu {

/// A message of a channel layer: a type such as `chat.message`, and fields (Channels: the event dict). A
/// value type until it is shared.
class LayerMessage {
public:
    explicit LayerMessage(std::string type) { fields_.set("type", std::move(type)); }
    /// From a map that has a text under "type"; throws Error otherwise.
    static LayerMessage from(ValueMap fields);

    const std::string& type() const noexcept { return *fields_.find_text("type"); }
    LayerMessage& set(std::string key, Value value) {
        fields_.set(std::move(key), std::move(value));
        return *this;
    }
    const Value* find(std::string_view key) const noexcept { return fields_.find(key); }
    /// The text at that key, or the empty text.
    std::string_view text(std::string_view key) const noexcept;
    const ValueMap& fields() const noexcept { return fields_; }

private:
    LayerMessage() = default;
    ValueMap fields_;
};

namespace detail {

/// What is made at most once, by whichever thread needs it first; a failure is remembered and thrown to
/// everybody. The call itself never throws: ThreadSanitizer's call_once stays locked for ever after an
/// exception.
class Once {
public:
    template <class Make>
    void run(Make&& make) {
        std::call_once(flag_, [&]() noexcept {
            try {
                make();
            } catch (...) {
                error_ = std::current_exception();
            }
        });
        if (error_) std::rethrow_exception(error_);
    }

private:
    std::once_flag flag_;
    std::exception_ptr error_;
};

}  // namespace detail

/// A LayerMessage that was sent: immutable, shared by all its receivers on all loops, freed with the last of
/// them. What is made from it (its JSON, its WebSocket frame) is made at most once, by whoever needs it
/// first. Any thread.
class SharedMessage {
public:
    /// REQUIRES of every member below: not a default-constructed, empty one.
    SharedMessage() noexcept = default;
    explicit SharedMessage(LayerMessage message) : state_(std::make_shared<State>(std::move(message))) {}

    explicit operator bool() const noexcept { return state_ != nullptr; }
    const LayerMessage& operator*() const noexcept { return state_->message; }
    const LayerMessage* operator->() const noexcept { return &state_->message; }

    /// The whole message as JSON text. Throws Error when a field cannot be written as JSON.
    const std::string& as_json() const;

    /// The connection's own slots: `make(json)` gives the frame that the outbox of every receiver of this
    /// variant (plain, or compressed for one size of window) then points to. REQUIRES: variant < k_variants.
    template <class Make>
    const std::shared_ptr<const std::string>& frame(std::size_t variant, Make&& make) const {
        const std::string& json = as_json();
        Frame& frame = state_->frames[variant];
        frame.made.run([&] { frame.bytes = make(json); });
        return frame.bytes;
    }
    static constexpr std::size_t k_variants = 8;

private:
    struct Frame {
        detail::Once made;
        std::shared_ptr<const std::string> bytes;
    };
    struct State {
        explicit State(LayerMessage m) : message(std::move(m)) {}
        LayerMessage message;
        detail::Once encoded;
        std::string json;
        Frame frames[k_variants];
    };
    std::shared_ptr<State> state_;
};

}  // namespace zanhu
