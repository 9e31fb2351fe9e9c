#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <zanhu/services.h>

#include "core/connection/registry.h"

namespace zanhu::app {

/// Connections over the registries of all loops. Owned by the runtime, which fills it before the loops run.
class LoopConnections final : public Connections {
public:
    void add(connection::Registry& registry) { registries_.push_back(&registry); }

    Task<std::size_t> broadcast(LayerMessage message) override;
    Task<std::size_t> close_user(std::string user_id, CloseCode code, std::string reason) override;
    Task<std::size_t> close_session(std::string key, CloseCode code, std::string reason) override;
    /// Open WebSockets of the process.
    Task<std::size_t> websockets();

private:
    template <class F>
    Task<std::size_t> on_every_loop(F job);

    std::vector<connection::Registry*> registries_;
};

}  // namespace zanhu::app
