#pragma once

namespace zanhu {

/// The version of this build, as in CMakeLists.txt.
extern const char* const k_version;

}  // namespace zanhu
