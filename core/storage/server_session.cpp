#include "core/storage/server_session.h"

#include <Poco/Exception.h>
#include <Poco/String.h>

#include <string_view>

#include "core/storage/server_failure.h"

namespace zanhu::storage {

namespace {

struct Sign {
    std::string_view part;
    Trouble trouble;
};

// Poco hands on what the server said, and no code.
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

Poco::Data::Session open_server_session(const std::string& connector,
                                        const std::string& connection_string,
                                        const std::string& password,
                                        std::chrono::milliseconds timeout) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(timeout).count();
    try {
        return Poco::Data::Session(connector, connection_string, static_cast<std::size_t>(seconds));
    } catch (const Poco::Exception& error) {
        std::string said = error.message();
        if (!password.empty()) Poco::replaceInPlace(said, password, std::string("********"));
        const Trouble trouble = trouble_of(said);
        throw ServerFailure(trouble, one_line(std::move(said)));
    }
}

}  // namespace zanhu::storage
