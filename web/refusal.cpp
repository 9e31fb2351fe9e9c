#include "web/refusal.h"

namespace zanhu::web {

Response refuse(const SiteContext& context, const Request& request, const Refusal& refusal) {
    if (request.is_api()) {
        return json_error(refusal.status, refusal.code, refusal.text_key, request.language());
    }
    PageSet::Values values;
    values.title = context.options().title;
    values.error = text(refusal.text_key, request.language());
    return context.pages.error(refusal.status, values, request.language());
}

}  // namespace zanhu::web
