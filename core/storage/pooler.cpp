#include "core/storage/pooler.h"

#include <zanhu/limited_log.h>

namespace zanhu::storage {

namespace {

LimitedLog log_("zanhu.storage");

}  // namespace

void Pooler::notice(const std::string& sign) {
    if (there_.exchange(true)) return;
    log_.notice("a pooler stands before PostgreSQL (" + sign +
                "): statements are not kept, and [database] statement_timeout holds on this side alone");
}

}  // namespace zanhu::storage
