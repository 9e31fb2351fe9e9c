// A plugin that is right in itself; under which names it exports its class is the fault.
#include <zanhu/plugin.h>

namespace {

class [[maybe_unused]] Nothing final : public zanhu::AsyncWebsocketConsumer {};

}  // namespace

ZANHU_PLUGIN(NAMES)
