#include "core/storage/database_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include <zanhu/errors.h>

namespace zanhu::storage {

namespace {

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
    throw StorageError("the database " + path + " " + why);
}

void create(const std::string& path) {
    const std::filesystem::path directory = std::filesystem::path(path).parent_path();
    std::error_code error;
    if (!directory.empty() && !std::filesystem::is_directory(directory, error)) {
        refuse(path,
               "cannot be made: there is no directory " + directory.string() +
                   "; make it and give it to the user that zanhu runs as, or change [database] url");
    }
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor >= 0) {
        ::close(descriptor);
    } else if (errno != EEXIST) {  // another process may have been quicker
        refuse(path,
               "cannot be made: " + std::generic_category().message(errno) +
                   "; the directory must be writable for the user that zanhu runs as");
    }
}

}  // namespace

void prepare_database_file(const std::string& path, MissingFile missing) {
    if (path.empty() || path.front() == ':' || path.rfind("file:", 0) == 0) {
        refuse("'" + path + "'",
               "is no file: in-memory databases and URIs cannot be shared by several sessions; "
               "name a file in [database] url");
    }
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        if (errno != ENOENT && errno != ENOTDIR) {
            refuse(
                path,
                "cannot be reached: " + std::generic_category().message(errno) + "; check its directories");
        }
        if (missing == MissingFile::refuse) refuse(path, "does not exist; check [database] url");
        create(path);
        return;
    }
    if (!S_ISREG(status.st_mode)) refuse(path, "is not a file; check [database] url");
    if (::faccessat(AT_FDCWD, path.c_str(), R_OK, AT_EACCESS) != 0) {
        refuse(path, "may not be read by the user that zanhu runs as; give the file to that user");
    }
}

}  // namespace zanhu::storage
