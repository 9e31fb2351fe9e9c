#include "core/storage/session_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <zanhu/errors.h>

#include "core/django/signing.h"
#include "core/net/descriptor.h"

namespace zanhu::storage {

namespace {

/// Without most of the session's key, which is as good as a password.
[[noreturn]] void refuse(const std::string& path, const std::string& problem) {
    constexpr std::size_t k_hidden = 28;  // of 32
    const std::size_t name = path.rfind('/') + 1;
    throw StorageError("the session's file " + path.substr(0, std::max(name, path.size() - k_hidden)) +
                       "... " + problem);
}

[[noreturn]] void refuse_for(const std::string& path, int error) {
    refuse(path,
           "cannot be used: " + std::generic_category().message(error) +
               "; let the user that zanhu runs as into [site] session_file_path, by a group of the site's");
}

std::string content_of(const net::Descriptor& file, const std::string& path) {
    std::string content(django::k_max_signed_payload * 2, '\0');  // base64 of the largest, and more
    std::size_t filled = 0;
    while (filled < content.size()) {
        const ssize_t got = ::read(file.get(), content.data() + filled, content.size() - filled);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) refuse_for(path, errno);
        if (got == 0) break;
        filled += static_cast<std::size_t>(got);
    }
    content.resize(filled);
    return content;
}

}  // namespace

bool SessionFiles::is_key(std::string_view key) noexcept {
    constexpr std::size_t k_least = 8;
    constexpr std::size_t k_most = 40;
    return key.size() >= k_least && key.size() <= k_most &&
           std::ranges::all_of(key, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

std::optional<SessionFile> SessionFiles::read(const std::string& key) const {
    const std::string path = prefix_ + key;
    // Neither a link nor a pipe that somebody has put into a directory for everybody.
    const net::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (file.get() < 0) {
        if (errno == ENOENT) return std::nullopt;
        refuse_for(path, errno);
    }
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) refuse_for(path, errno);
    if (!S_ISREG(status.st_mode)) refuse(path, "is not a file; remove it");
    SessionFile session;
    session.content = content_of(file, path);
    session.modified = Moment(std::chrono::seconds(status.st_mtim.tv_sec) +
                              std::chrono::microseconds(status.st_mtim.tv_nsec / 1000));
    return session;
}

bool SessionFiles::remove(const std::string& key) const {
    const std::string path = prefix_ + key;
    if (::unlink(path.c_str()) == 0) return true;
    if (errno == ENOENT) return false;
    refuse_for(path, errno);
}

}  // namespace zanhu::storage
