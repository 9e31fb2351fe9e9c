#include "consumers/notifications.h"

namespace zanhu::consumers {

NotificationsConsumer::NotificationsConsumer() {
    groups = {"notifications"};
}

}  // namespace zanhu::consumers
