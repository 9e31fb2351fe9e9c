#include "app/plugin_library.h"

#include <Poco/Exception.h>
#include <Poco/SharedLibrary.h>
#include <dlfcn.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <zanhu/errors.h>
#include <zanhu/plugin.h>

#include "app/elf_file.h"

namespace zanhu::app {

namespace {

constexpr const char* k_abi_function = "zanhu_plugin_abi";
constexpr const char* k_manifest_function = "pocoBuildManifest";
constexpr const char* k_no_plugin = "is no plugin of zanhu";
constexpr const char* k_rebuild =
    "build it again with this zanhu's headers and compiler (`find_package(zanhu)`)";

void check_file(const std::string& file) {
    std::error_code error;
    const auto status = std::filesystem::status(file, error);
    if (!std::filesystem::exists(status)) {
        throw ConfigError("is not there" + (error ? " (" + error.message() + ")" : std::string()) +
                          "; install it, or take it out of the list");
    }
    if (!std::filesystem::is_regular_file(status))
        throw ConfigError("is not a file; name the library itself");
    if (::access(file.c_str(), R_OK) != 0) {
        throw ConfigError(std::string("cannot be read (") + std::strerror(errno) +
                          "); give the daemon's user the permission");
    }
    if (is_cut_off(file)) throw ConfigError("ends in the middle; install it again");
}

std::string text_of(const PluginAbi& abi) {
    return "ABI " + std::to_string(abi.number) + ", " + abi.compiler;
}

/// REQUIRES: the library is loaded.
void check_abi(Poco::SharedLibrary& library) {
    if (!library.hasSymbol(k_abi_function)) {
        throw ConfigError(std::string(k_no_plugin) + ": it does not export " + k_abi_function +
                          "(); end it with ZANHU_PLUGIN(...)");
    }
    const auto function = reinterpret_cast<const PluginAbi* (*)()>(library.getSymbol(k_abi_function));
    const PluginAbi* theirs = function();
    const PluginAbi ours{k_plugin_abi, k_plugin_compiler};
    if (theirs == nullptr || theirs->compiler == nullptr)
        throw ConfigError(std::string(k_no_plugin) + ": it does not say for which ABI it is; " + k_rebuild);
    if (theirs->number == ours.number && std::strcmp(theirs->compiler, ours.compiler) == 0) return;
    throw ConfigError("was built for another zanhu: it has " + text_of(*theirs) + "; this daemon has " +
                      text_of(ours) + "; " + k_rebuild);
}

/// Why a library did not open: another ABI, which explains missing symbols, before the loader's own words.
[[noreturn]] void throw_open_error(const std::string& file, std::string reason) {
    try {
        Poco::SharedLibrary library(file, Poco::SharedLibrary::SHLIB_LOCAL);
        check_abi(library);
    } catch (const Poco::Exception&) {
        // It does not open in any way: the first reason is the one.
    }
    if (reason.starts_with(file + ": ")) reason.erase(0, file.size() + 2);
    throw ConfigError("cannot be loaded: " + reason + "; " + k_rebuild);
}

}  // namespace

void open_plugin_library(const std::string& file) {
    check_file(file);
    if (::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL) == nullptr) {
        const char* reason = ::dlerror();
        throw_open_error(file, reason == nullptr ? "for no known reason" : reason);
    }
    Poco::SharedLibrary library(file, Poco::SharedLibrary::SHLIB_LOCAL);
    check_abi(library);
    if (!library.hasSymbol(k_manifest_function)) {
        throw ConfigError(std::string(k_no_plugin) +
                          ": it has no manifest of its classes; end it with ZANHU_PLUGIN(...)");
    }
}

}  // namespace zanhu::app
