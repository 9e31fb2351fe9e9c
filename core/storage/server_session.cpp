#include "core/storage/server_session.h"

#include <Poco/Exception.h>

#include "core/storage/server_failure.h"

namespace zanhu::storage {

Poco::Data::Session open_server_session(const std::string& connector,
                                        const std::string& connection_string,
                                        const std::string& password,
                                        std::chrono::milliseconds timeout) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(timeout).count();
    try {
        return Poco::Data::Session(connector, connection_string, static_cast<std::size_t>(seconds));
    } catch (const Poco::Exception& error) {
        throw connect_failure(error.message(), password);
    }
}

}  // namespace zanhu::storage
