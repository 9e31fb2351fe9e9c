#include "core/settings/demo.h"

#include <fcntl.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>

namespace zanhu::settings {

namespace {

constexpr std::size_t k_key_bytes = 32;

[[noreturn]] void refuse(const std::string& what, const std::string& path) {
    throw ConfigError("demo: cannot " + what + " " + path + ": " + std::strerror(errno) +
                      "; set ZANHU_DEMO_DIR to a directory that you can write to");
}

std::string key_file(const std::string& directory) {
    return directory + "/secret_key";
}

std::string new_key() {
    static constexpr char k_hex[] = "0123456789abcdef";
    unsigned char random[k_key_bytes];
    if (RAND_bytes(random, sizeof random) != 1) throw ConfigError("demo: the system gives no random numbers");
    std::string key;
    for (const unsigned char byte : random) {
        key += k_hex[byte >> 4];
        key += k_hex[byte & 15];
    }
    return key + '\n';
}

void make_key_file(const std::string& path) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) {
        if (errno == EEXIST) return;
        refuse("make", path);
    }
    const std::string key = new_key();
    const bool written = ::write(file, key.data(), key.size()) == static_cast<ssize_t>(key.size());
    ::close(file);
    if (written) return;
    ::unlink(path.c_str());
    refuse("write", path);
}

}  // namespace

std::string demo_directory(const Environment& environment) {
    const auto value = [&environment](std::string_view name) {
        const auto found = environment.find(name);
        return found == environment.end() ? std::string() : found->second;
    };
    if (const std::string directory = value(k_demo_variable); !directory.empty()) {
        return std::filesystem::absolute(directory).lexically_normal().string();
    }
    if (const std::string state = value("XDG_STATE_HOME"); !state.empty()) return state + "/zanhu-demo";
    if (const std::string home = value("HOME"); !home.empty()) return home + "/.local/state/zanhu-demo";
    throw ConfigError(
        "demo: neither ZANHU_DEMO_DIR nor HOME is set; set ZANHU_DEMO_DIR to a directory for the demo");
}

std::vector<Override> demo_overrides(const Environment& environment) {
    const std::string directory = demo_directory(environment);
    return {{"server", "state_directory", directory, "demo"},
            {"server", "admin_socket", directory + "/admin.sock", "demo"},
            {"database", "url", "sqlite:///zanhu.sqlite3", "demo"},
            {"database", "migrate", "auto", "demo"},
            {"channel_layer", "backend", "memory", "demo"},
            {"redis", "url", "", "demo"},
            {"metrics", "listen", "127.0.0.1:0", "demo"},
            {"site", "title", "zanhu demo", "demo"},
            {"site", "allowed_hosts", "", "demo"},
            {"site", "secret_key_file", key_file(directory), "demo"}};
}

void make_demo_files(const Environment& environment) {
    const std::string directory = demo_directory(environment);
    std::error_code error;
    std::filesystem::create_directories(std::filesystem::path(directory).parent_path(), error);
    if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) refuse("make", directory);
    make_key_file(key_file(directory));
}

}  // namespace zanhu::settings
