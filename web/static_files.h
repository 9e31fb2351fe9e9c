#pragma once

#include <span>
#include <string_view>

namespace zanhu::web {

/// One file of web/static, as it was when the program was built. The bytes live as long as the program.
struct StaticFile {
    std::string_view name;  ///< without a folder: "zanhu.css"
    std::string_view bytes;
};

/// Every file of web/static. Any thread. Defined in a source that the build generates (cmake/Embed.cmake).
[[nodiscard]] std::span<const StaticFile> static_files();

}  // namespace zanhu::web
