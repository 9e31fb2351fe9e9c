#pragma once

#include "web/site_context.h"

// The JSON interface of the chat page. As Handler says. REQUIRES: the user is logged in.
namespace zanhu::web {

/// GET /api/people/
Task<Response> list_people(SiteContext& context, const Request& request);
/// GET /api/messages/?with=NAME[&after=TIME][&before=TIME][&limit=50]: a part of one conversation; 404 when
/// there is no such person.
Task<Response> list_messages(SiteContext& context, const Request& request);
/// GET /api/missed/?after=TIME[&limit=500]: everything to or from the user since then.
Task<Response> list_missed(SiteContext& context, const Request& request);
/// POST /api/messages/read/ {"with": NAME}
Task<Response> mark_read(SiteContext& context, const Request& request);

}  // namespace zanhu::web
