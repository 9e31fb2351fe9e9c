// The twins of site/twins.py, as a plugin for the comparison with Daphne.
#include <charconv>
#include <stdexcept>
#include <string>
#include <utility>

#include <zanhu/cookies.h>
#include <zanhu/plugin.h>

namespace zanhu::twins {
namespace {

/// Python shows header bytes as Latin-1.
std::string from_latin1(std::string_view bytes) {
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            text += c;
        } else {
            text += static_cast<char>(0xC0 | byte >> 6);
            text += static_cast<char>(0x80 | (byte & 0x3F));
        }
    }
    return text;
}

Value described(const Value& value) {
    if (const auto* number = value.as<std::int64_t>()) return ValueList{"int", std::to_string(*number)};
    return ValueList{"text", *value.as<std::string>()};
}

ValueMap described(const UrlRoute& route) {
    ValueMap kwargs;
    for (const auto& [name, value] : route.kwargs)
        kwargs.set(name, described(value));
    return kwargs;
}

/// Says what it was given: the whole scope that both sides have.
class ScopeConsumer final : public AsyncWebsocketConsumer {
public:
    Task<void> connect() override {
        ValueMap seen;
        seen.set("path", scope().path).set("raw_path", scope().raw_path);
        seen.set("query_string", scope().query_string).set("args", scope().url_route.args);
        seen.set("kwargs", described(scope().url_route)).set("user", user().username());
        seen.set("cookies", cookies())
            .set("subprotocols", subprotocols())
            .set("headers", headers_of_the_test());
        co_await accept();
        co_await send_text(to_json(seen));
    }

    Task<void> receive(Receive message) override {
        co_await link().send(Send(message.kind, std::move(message.data)));
    }

private:
    ValueMap cookies() const {
        ValueMap seen;
        const auto& cookies = *scope().find<Cookies>("cookies");
        for (const std::string_view name : {"", "a", "b", "sessionid", "\xe9"}) {
            if (const auto value = cookies.find(name)) seen.set(from_latin1(name), from_latin1(*value));
        }
        return seen;
    }
    ValueList subprotocols() const { return {scope().subprotocols.begin(), scope().subprotocols.end()}; }
    ValueList headers_of_the_test() const {
        ValueList seen;
        for (const auto& [name, value] : scope().headers) {
            if (name.starts_with("x-")) seen.emplace_back(ValueList{std::string(name), from_latin1(value)});
        }
        return seen;
    }
};

/// Its `connect` does what the path says.
class ConnectConsumer final : public AsyncWebsocketConsumer {
public:
    Task<void> connect() override {
        const std::string how = scope().url_route.kwarg_text("how");
        if (how == "accept") co_await accept();
        if (how == "accept-by-exception") throw AcceptConnection();
        if (how == "deny") co_await close();
        if (how == "deny-with-a-code") co_await close(CloseCode(4003));
        if (how == "deny-by-exception") throw DenyConnection();
        if (how == "throw") throw std::runtime_error("as the path asks");
        if (how == "first-subprotocol") {
            std::string first = scope().subprotocols.empty() ? std::string() : scope().subprotocols.front();
            co_await accept(std::move(first));
        }
        if (how == "strange-subprotocol") co_await accept("never-offered");
        if (how == "send-first") co_await send_text("too early");
        if (how.starts_with("accept-and-")) co_await accept();
        if (how == "accept-and-close") co_await close(CloseCode(4001));
        if (how == "accept-and-throw") throw std::runtime_error("as the path asks");
    }
    Task<void> receive(Receive message) override {
        co_await link().send(Send(message.kind, std::move(message.data)));
    }
};

/// Does what the client's text says.
class ObeyConsumer final : public AsyncWebsocketConsumer {
public:
    Task<void> receive(Receive message) override {
        const std::size_t space = message.data.find(' ');
        const std::string word = message.data.substr(0, space);
        std::string rest = space == std::string::npos ? std::string() : message.data.substr(space + 1);
        if (word == "close") {
            const int code = rest.empty() ? 1000 : std::stoi(rest);
            co_await close(CloseCode(code));
        } else if (word == "throw") {
            throw std::runtime_error("as the client asks");
        } else if (word == "stop") {
            throw StopConsumer();
        } else if (word == "empty-text") {
            co_await send_text(std::string());
        } else if (word == "empty-bytes") {
            co_await send_bytes(std::string());
        } else if (word == "many") {
            for (int number = 0; number < std::stoi(rest); ++number)
                co_await send_text(std::to_string(number));
        } else if (word == "send-and-close") {
            co_await send_text(std::move(rest));
            co_await close(CloseCode(4002));
        } else if (word == "event") {
            LayerMessage event(std::move(rest));
            event.set("text", "an event");
            co_await channel_layer().send(channel().name(), std::move(event));
        } else if (word == "group") {
            LayerMessage event("known.event");
            event.set("text", std::move(rest));
            co_await channel_layer().group_add("obey", channel());
            co_await channel_layer().group_send("obey", std::move(event));
        } else {
            co_await link().send(Send(message.kind, std::move(message.data)));
        }
    }

protected:
    const EventHandlers& handlers() const override {
        static const auto table = EventHandlers().on<&ObeyConsumer::known_event>("known.event");
        return table;
    }

private:
    Task<void> known_event(const SharedMessage& event) {
        co_await send_text(std::string(event->text("text")));
    }
};

class JsonConsumer final : public AsyncJsonWebsocketConsumer {
public:
    Task<void> receive_json(Value content) override { co_await send_json(content); }
};

/// The chat room of Channels' tutorial in its behaviour.
class RoomConsumer final : public AsyncWebsocketConsumer {
public:
    Task<void> connect() override {
        group_ = "chat_" + scope().url_route.kwarg_text("room");
        co_await channel_layer().group_add(group_, channel());
        co_await accept();
    }
    Task<void> receive(Receive message) override {
        const std::optional<Value> content = parse_json(message.data);
        LayerMessage event("chat.message");
        event.set("message", *content->as<ValueMap>()->find("message"));
        co_await channel_layer().group_send(group_, std::move(event));
    }

protected:
    const EventHandlers& handlers() const override {
        static const auto table = EventHandlers().on<&RoomConsumer::chat_message>("chat.message");
        return table;
    }

private:
    Task<void> chat_message(const SharedMessage& event) {
        ValueMap message;
        message.set("message", *event->find("message"));
        co_await send_text(to_json(message));
    }

    std::string group_;
};

}  // namespace
}  // namespace zanhu::twins

// clang-format off
ZANHU_PLUGIN(
    ZANHU_EXPORT(zanhu::twins::ScopeConsumer, "TwinScopeConsumer")
    ZANHU_EXPORT(zanhu::twins::ConnectConsumer, "TwinConnectConsumer")
    ZANHU_EXPORT(zanhu::twins::ObeyConsumer, "TwinObeyConsumer")
    ZANHU_EXPORT(zanhu::twins::JsonConsumer, "TwinJsonConsumer")
    ZANHU_EXPORT(zanhu::twins::RoomConsumer, "TwinRoomConsumer"))
// clang-format on
