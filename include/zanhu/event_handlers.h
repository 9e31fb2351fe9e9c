#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <zanhu/events.h>
#include <zanhu/task.h>

namespace zanhu {

class ConsumerBase;
class SyncConsumerBase;

namespace detail {

/// What ASGI calls events of C++ type E: `websocket.receive` for Receive. Every other name is that of a
/// message from a channel layer.
template <class E>
constexpr bool names_event(std::string_view name) {
    if constexpr (std::same_as<E, Connect>) return name == "websocket.connect";
    if constexpr (std::same_as<E, Receive>) return name == "websocket.receive";
    if constexpr (std::same_as<E, HttpBody>) return name == "http.request";
    if constexpr (std::same_as<E, Disconnect>)
        return name == "websocket.disconnect" || name == "http.disconnect";
    if constexpr (std::same_as<E, SharedMessage>) {
        return !name.empty() && !names_event<Connect>(name) && !names_event<Receive>(name) &&
               !names_event<HttpBody>(name) && !names_event<Disconnect>(name);
    }
    return false;
}

// clang 16 destroys the temporaries of a static variable's initialiser at every pass when a consteval
// constructor is among them; there the check is made when the table is.
#if defined(__clang__)
#define ZANHU_AT_COMPILE_TIME constexpr
#else
#define ZANHU_AT_COMPILE_TIME consteval
#endif

/// A type's name that fits what the handler takes; another does not compile.
template <class E>
struct EventName {
    template <std::size_t N>
    ZANHU_AT_COMPILE_TIME EventName(
        const char (&text)[N])  // NOLINT(google-explicit-constructor): written as a text
        : name(text, N - 1) {
        if (!names_event<E>(name)) throw "this handler takes an event of another type";
    }
    std::string_view name;
};

#undef ZANHU_AT_COMPILE_TIME

template <class Handler>
struct HandlerTraits;
template <class Self, class Result, class Parameter>
struct HandlerTraits<Result (Self::*)(Parameter)> {
    using Consumer = Self;
    using Passed = Parameter&&;
    using Event = std::remove_cvref_t<Parameter>;
    static constexpr bool k_blocks = std::is_void_v<Result>;
};

}  // namespace detail

/// Which events a consumer class handles, and with what: one constant table a class. An event is handled by
/// what stands in the table and by nothing else (Channels calls any method of that name).
class EventHandlers {
public:
    /// A handler is a member function that takes the event: `Connect`, `Receive`, `HttpBody` or `Disconnect`
    /// under ASGI's name for it, or `const SharedMessage&` under the type of a layer message. It returns
    /// Task<void>, or, in a consumer on the `sync` pool, void: then it runs there. One at a time.
    template <auto Handler, class Traits = detail::HandlerTraits<decltype(Handler)>>
    EventHandlers& on(detail::EventName<typename Traits::Event> type) {
        return add(std::string(type.name), &call<Handler>);
    }
    /// The same for a type of layer message that is known at run time only.
    template <auto Handler, class Traits = detail::HandlerTraits<decltype(Handler)>>
        requires std::same_as<typename Traits::Event, SharedMessage>
    EventHandlers& on_type(std::string type) {
        return add(std::move(type), &call<Handler>);
    }
    /// Sends the layer message's JSON to the client as it is, without resuming the consumer.
    EventHandlers& forward(std::string type) { return add(std::move(type), nullptr); }

    using Function = Task<void> (*)(ConsumerBase&, Event&);
    struct Entry {
        std::string type;
        Function function;  ///< null: forward
    };
    /// For a layer message of that type; null when there is none.
    const Entry* find(std::string_view type) const noexcept;
    /// For an event of the connection's own; null when there is none.
    const Entry* find(const Event& event, bool http) const noexcept;

private:
    template <auto Handler>
    static Task<void> call(ConsumerBase& consumer, Event& event) {
        using Traits = detail::HandlerTraits<decltype(Handler)>;
        using Passed = typename Traits::Passed;
        auto& self = static_cast<typename Traits::Consumer&>(consumer);
        auto& argument = std::get<typename Traits::Event>(event);
        if constexpr (Traits::k_blocks) {
            static_assert(std::derived_from<typename Traits::Consumer, SyncConsumerBase>,
                          "a handler that returns void may block: its consumer is one on the sync pool");
            auto job = [&self, &argument] { (self.*Handler)(static_cast<Passed>(argument)); };
            if constexpr (std::same_as<typename Traits::Event, Disconnect>) return self.insist(job);
            return self.work(job);
        } else {
            return (self.*Handler)(static_cast<Passed>(argument));
        }
    }
    EventHandlers& add(std::string type, Function function);

    std::vector<Entry> entries_;  // of layer messages
    std::vector<Entry> own_;      // of ASGI's own events
};

}  // namespace zanhu
