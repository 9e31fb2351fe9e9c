#include "app/instance_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include <zanhu/errors.h>

namespace zanhu::app {

namespace {

void make_directory_of(const std::string& path) {
    const std::string directory = std::filesystem::path(path).parent_path().string();
    if (directory.empty() || ::mkdir(directory.c_str(), 0700) == 0 || errno == EEXIST) return;
    throw ConfigError(
        "cannot make " + directory + ", the directory of the admin socket: " + std::strerror(errno) +
        "; make it and give it to the user that zanhu runs as, or change [server] admin_socket");
}

/// What the holder of the lock has written there, as ` (pid 123)`.
std::string holder(int descriptor) {
    std::array<char, 16> text{};
    const auto got = ::pread(descriptor, text.data(), text.size(), 0);
    std::string pid;
    for (ssize_t i = 0;
         i < got && text[static_cast<std::size_t>(i)] >= '0' && text[static_cast<std::size_t>(i)] <= '9';
         ++i)
        pid += text[static_cast<std::size_t>(i)];
    return pid.empty() ? pid : " (pid " + pid + ")";
}

}  // namespace

InstanceLock::InstanceLock(const std::string& admin_socket) {
    make_directory_of(admin_socket);
    const std::string path = admin_socket + ".lock";
    descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor_ < 0) {
        throw ConfigError("cannot open the lock file " + path + ": " + std::strerror(errno) +
                          "; it must belong to the user that zanhu runs as, or change [server] admin_socket");
    }
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
        const int error = errno;
        const std::string who = error == EWOULDBLOCK ? holder(descriptor_) : std::string();
        ::close(descriptor_);
        if (error == EWOULDBLOCK) {
            throw ConfigError(
                "another zanhu" + who + " runs with the admin socket " + admin_socket +
                ": stop it, or give this one a [server] admin_socket and listen addresses of its own");
        }
        throw ConfigError("cannot lock " + path + ": " + std::strerror(error) +
                          "; put [server] admin_socket on a file system that has locks");
    }
    // Only a hint for the message above: the lock holds without it.
    const std::string pid = std::to_string(::getpid()) + '\n';
    if (::ftruncate(descriptor_, 0) == 0) {
        [[maybe_unused]] const auto written = ::pwrite(descriptor_, pid.data(), pid.size(), 0);
    }
}

InstanceLock::~InstanceLock() {
    ::close(descriptor_);
}

}  // namespace zanhu::app
