#pragma once

#include <string>
#include <vector>

#include <zanhu/services.h>

#include "core/connection/admission.h"
#include "core/connection/options.h"
#include "core/layer/memory_layer.h"
#include "core/net/address.h"
#include "core/settings/typed.h"
#include "core/storage/database.h"

// The plain options of each part, from the settings: so that no part but app/ knows the configuration.
namespace zanhu::app {

connection::Options connection_options(const settings::Settings& settings);
connection::Admission::Limits admission_limits(const settings::Settings& settings);
layer::MemoryLayer::Options layer_options(const settings::Settings& settings, std::string_view alias);
SiteOptions site_options(const settings::Settings& settings, bool demo);

struct ListenPoint {
    net::Address address;
    bool tls;
    net::NetworkList proxies;  ///< whose connections begin with a PROXY header
};
/// Of [server] and [tls], in this order. Names are looked up. Throws ConfigError, in a demo also for an
/// address that is not this machine's own.
std::vector<ListenPoint> listen_points(const settings::Settings& settings, bool demo);
/// Of [metrics], likewise.
std::vector<net::Address> metrics_addresses(const settings::Settings& settings);

}  // namespace zanhu::app
