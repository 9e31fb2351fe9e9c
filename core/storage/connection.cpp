#include "core/storage/connection.h"

#include <utility>

namespace zanhu::storage {

std::optional<Row> Connection::first(std::string_view statement, ParameterList parameters) {
    std::vector<Row> rows = select(statement, parameters);
    return rows.empty() ? std::nullopt : std::optional(std::move(rows.front()));
}

}  // namespace zanhu::storage
