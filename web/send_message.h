#pragma once

#include "web/site_context.h"

namespace zanhu::web {

/// POST /api/messages/ {"id", "to", "message"}: stores the message and tells the open pages of both. 201 with
/// the message; 200 when the same id was stored before, and then nobody is told again. As Handler says.
/// REQUIRES: the user is logged in. 400 bad_request, message_empty, message_to_self, message_bad_id; 404
/// message_no_recipient; 409 message_bad_id when the id is another message's; 413 message_too_long; 415
/// unsupported_type.
Task<Response> send_message(SiteContext& context, const Request& request);

}  // namespace zanhu::web
