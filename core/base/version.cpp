#include "core/base/version.h"

namespace zanhu {

const char* const k_version = ZANHU_VERSION;

}  // namespace zanhu
