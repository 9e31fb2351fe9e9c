#include "consumers/consumers.h"

#include <memory>

#include "consumers/echo.h"
#include "consumers/messages.h"
#include "consumers/notifications.h"
#include "consumers/relay.h"

namespace zanhu::consumers {

void add_consumers(Components& components) {
    components.add_application("MessagesConsumer",
                               [] { return std::make_unique<ConsumerFactory<MessagesConsumer>>(); });
    components.add_application("NotificationsConsumer",
                               [] { return std::make_unique<ConsumerFactory<NotificationsConsumer>>(); });
    components.add_application("EchoConsumer",
                               [] { return std::make_unique<ConsumerFactory<EchoConsumer>>(); });
    components.add_application("EchoAsyncConsumer",
                               [] { return std::make_unique<ConsumerFactory<EchoAsyncConsumer>>(); });
    components.add_application("RelayConsumer", [] { return std::make_unique<RelayConsumerFactory>(); });
}

}  // namespace zanhu::consumers
