#pragma once

#include <Poco/String.h>
#include <Poco/TemporaryFile.h>
#include <cppunit/TestAssert.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "core/settings/settings.h"

namespace zanhu::settings::testing {

inline const std::string k_secret = "0123456789abcdef0123456789abcdef";

/// Options whose environment holds a good secret key and a home, and nothing of the machine's.
inline LoadOptions plain_options() {
    LoadOptions options;
    options.environment = {{"HOME", "/home/tester"}, {"SECRET_KEY", k_secret}};
    options.uid = 1000;
    return options;
}

/// A configuration file with that text; gone with the object.
class ConfigFile {
public:
    explicit ConfigFile(const std::string& text, const std::string& suffix = ".ini")
        : path_(Poco::TemporaryFile::tempName() + suffix) {
        std::ofstream(path_, std::ios::binary) << text;
    }
    ConfigFile(const ConfigFile&) = delete;
    ConfigFile& operator=(const ConfigFile&) = delete;
    ~ConfigFile() { std::remove(path_.c_str()); }

    const std::string& path() const noexcept { return path_; }

private:
    std::string path_;
};

/// The settings of a file with that text. Not thrown problems are in `problems`, with the file's name as
/// FILE.
inline Settings load_text(const std::string& text,
                          Problems& problems,
                          LoadOptions options = plain_options()) {
    const ConfigFile file(text);
    options.file = file.path();
    Problems found;
    auto settings = Settings::load(options, found);
    for (const auto& line : found.lines())
        problems.add(Poco::replace(line, file.path(), std::string("FILE")));
    return settings;
}

/// The settings of a file with that text, which has no problems.
inline Settings loaded(const std::string& text, LoadOptions options = plain_options()) {
    Problems problems;
    auto settings = load_text(text, problems, std::move(options));
    CPPUNIT_ASSERT_EQUAL(std::string(), problems.empty() ? std::string() : problems.lines().front());
    return settings;
}

/// The problems of a file with that text, one a line.
inline std::string problems_of(const std::string& text, LoadOptions options = plain_options()) {
    Problems problems;
    load_text(text, problems, std::move(options));
    return Poco::cat(std::string("\n"), problems.lines().begin(), problems.lines().end());
}

/// What a ConfigError says that the call throws; "nothing" when it throws none.
template <class F>
std::string error_of(F&& call) {
    try {
        call();
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "nothing";
}

}  // namespace zanhu::settings::testing
