#include "core/storage/server_failure.h"

#include <Poco/String.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace zanhu::storage {

namespace {

struct Sign {
    std::string_view part;
    Trouble trouble;
};

// While connecting there is no code, only what the server said.
constexpr Sign k_signs[] = {
    {"password authentication failed", Trouble::denied},
    {"Access denied", Trouble::denied},
    {"no pg_hba.conf entry", Trouble::denied},
    {"no password supplied", Trouble::denied},
    {"Unknown database", Trouble::no_database},
    {"too many", Trouble::crowded},
    {"Too many", Trouble::crowded},
    {"connection slots", Trouble::crowded},
};

Trouble trouble_of(std::string_view said) {
    for (const Sign& sign : k_signs) {
        if (said.find(sign.part) != std::string_view::npos) return sign.trouble;
    }
    if (said.find("does not exist") == std::string_view::npos) return Trouble::unreachable;
    return said.find("database \"") == std::string_view::npos ? Trouble::denied : Trouble::no_database;
}

}  // namespace

ServerFailure connect_failure(std::string said, const std::string& password) {
    if (!password.empty()) Poco::replaceInPlace(said, password, std::string("********"));
    const Trouble trouble = trouble_of(said);
    return ServerFailure(trouble, one_line(std::move(said)));
}

std::string one_line(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
    return Poco::trim(text);
}

}  // namespace zanhu::storage
