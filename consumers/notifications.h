#pragma once

#include "consumers/messages.h"

namespace zanhu::consumers {

/// Notifications to every logged-in page, at `ws/notifications/`: as MessagesConsumer, and in the group
/// `notifications` besides, which all share.
class NotificationsConsumer final : public MessagesConsumer {
public:
    NotificationsConsumer();
};

}  // namespace zanhu::consumers
