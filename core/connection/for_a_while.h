#pragma once

#include <exception>

#include <zanhu/errors.h>

namespace zanhu::connection {

/// Whether what an application failed with is a store that is away, so that its client may come back.
inline bool is_for_a_while(const std::exception& error) noexcept {
    return dynamic_cast<const StorageError*>(&error) != nullptr ||
           dynamic_cast<const BackendUnavailable*>(&error) != nullptr;
}

}  // namespace zanhu::connection
