// A plugin that calls what no library has.
#include <zanhu/plugin.h>

void zanhu_has_no_such_function();

namespace {

class Caller final : public zanhu::AsyncWebsocketConsumer {
    zanhu::Task<void> receive(zanhu::Receive) override {
        zanhu_has_no_such_function();
        co_return;
    }
};

}  // namespace

ZANHU_PLUGIN(ZANHU_EXPORT(Caller, "Caller"))
