// A plugin with consumers for the rows of bench/broadcast.py: two rooms, and the socket that speaks to them.
#include <zanhu/plugin.h>

namespace zanhu::bench {

/// Sends the group's events on as they are: the consumer is not resumed.
class ForwardConsumer final : public AsyncWebsocketConsumer {
public:
    ForwardConsumer() { groups = {"forward"}; }

protected:
    const EventHandlers& handlers() const override {
        static const EventHandlers table = EventHandlers().forward("bench.message");
        return table;
    }
};

/// The same through a handler.
class HandlerConsumer final : public AsyncWebsocketConsumer {
public:
    HandlerConsumer() { groups = {"handle"}; }
    Task<void> bench_message(const SharedMessage& message) { co_await send_event(message); }

protected:
    const EventHandlers& handlers() const override {
        static const EventHandlers table =
            EventHandlers().on<&HandlerConsumer::bench_message>("bench.message");
        return table;
    }
};

/// Takes layer messages as JSON for the group that its path names.
class TriggerConsumer final : public AsyncJsonWebsocketConsumer {
public:
    Task<void> receive_json(Value content) override {
        const auto* fields = content.as<ValueMap>();
        if (fields == nullptr) throw Error("a layer message is a JSON object");
        co_await channel_layer().group_send(scope().url_route.kwarg_text("room"),
                                            LayerMessage::from(*fields));
    }
};

}  // namespace zanhu::bench

ZANHU_PLUGIN(ZANHU_EXPORT(zanhu::bench::ForwardConsumer, "BenchForwardConsumer")
                 ZANHU_EXPORT(zanhu::bench::HandlerConsumer, "BenchHandlerConsumer")
                     ZANHU_EXPORT(zanhu::bench::TriggerConsumer, "BenchTriggerConsumer"))
