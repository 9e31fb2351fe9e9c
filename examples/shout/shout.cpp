// A consumer: everybody in a room hears what each of them says, in capitals.
//
//     [routes]
//     list = shout
//     [route.shout]
//     path = ws/shout/<slug:room>/
//     consumer = ShoutConsumer
#include <algorithm>
#include <string>
#include <utility>

#include <zanhu/plugin.h>

namespace {

class ShoutConsumer final : public zanhu::AsyncWebsocketConsumer {
public:
    zanhu::Task<void> connect() override {
        room_ = "shout_" + scope().url_route.kwarg_text("room");
        co_await channel_layer().group_add(room_, channel());
        co_await accept();
    }

    zanhu::Task<void> receive(zanhu::Receive message) override {
        if (message.data == "quiet!") throw std::runtime_error("nobody is quiet in here");
        zanhu::LayerMessage event("shout.message");
        std::string text = std::move(message.data);
        std::transform(
            text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::toupper(c); });
        event.set("text", std::move(text));
        co_await channel_layer().group_send(room_, std::move(event));
    }

private:
    const zanhu::EventHandlers& handlers() const override {
        static const auto table = zanhu::EventHandlers().forward("shout.message");
        return table;
    }

    std::string room_;
};

}  // namespace

ZANHU_PLUGIN(ZANHU_EXPORT(ShoutConsumer, "ShoutConsumer"))
