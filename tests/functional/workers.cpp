// Consumers of channels, as a plugin for test_workers.py. They answer whoever asks them.
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>

#include <zanhu/plugin.h>

namespace zanhu::workers {
namespace {

/// What became of an event: the event itself, and who did it.
LayerMessage answer_to(const SharedMessage& event) {
    ValueMap done = event->fields();
    done.set("process", std::int64_t{::getpid()});
    LayerMessage answer("websocket.send");
    answer.set("text", to_json(done));
    return answer;
}

class WorkConsumer final : public AsyncConsumer {
public:
    static constexpr ScopeType k_serves = ScopeType::channel;

protected:
    const EventHandlers& handlers() const override {
        static const EventHandlers table = EventHandlers()
                                               .on<&WorkConsumer::work_do>("work.do")
                                               .on<&WorkConsumer::work_slow>("work.slow")
                                               .on<&WorkConsumer::work_fail>("work.fail");
        return table;
    }

private:
    Task<void> work_do(const SharedMessage& event) {
        std::string to(event->text("reply_channel"));
        LayerMessage answer = answer_to(event);
        co_await channel_layer().send(std::move(to), std::move(answer));
    }
    Task<void> work_slow(const SharedMessage& event) {
        std::string to(event->text("reply_channel"));
        LayerMessage begun("websocket.send");
        begun.set("text", "begun");
        co_await channel_layer().send(std::move(to), std::move(begun));
        const CancelToken never;
        co_await link().loop().sleep_for(std::chrono::seconds(1), never);
        co_await work_do(event);
    }
    Task<void> work_fail(const SharedMessage&) {
        throw std::runtime_error("as the test wants it");
        co_return;
    }
};

/// The same on the `sync` pool.
class SyncWorkConsumer final : public SyncConsumer {
public:
    static constexpr ScopeType k_serves = ScopeType::channel;

protected:
    const EventHandlers& handlers() const override {
        static const EventHandlers table = EventHandlers().on<&SyncWorkConsumer::work_do>("work.do");
        return table;
    }

private:
    void work_do(const SharedMessage& event) {
        channel_send(std::string(event->text("reply_channel")), answer_to(event));
    }
};

}  // namespace
}  // namespace zanhu::workers

// clang-format off
ZANHU_PLUGIN(
    ZANHU_EXPORT(zanhu::workers::WorkConsumer, "WorkConsumer")
    ZANHU_EXPORT(zanhu::workers::SyncWorkConsumer, "SyncWorkConsumer"))
// clang-format on
