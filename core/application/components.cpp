#include <utility>

#include <zanhu/components.h>
#include <zanhu/errors.h>

namespace zanhu {

namespace {

template <class Map>
auto make(const Map& map, std::string_view name, const char* what) {
    const auto found = map.find(name);
    if (found != map.end()) return found->second();
    std::string known;
    for (const auto& entry : map)
        known += (known.empty() ? "" : ", ") + entry.first;
    throw ConfigError("there is no " + std::string(what) + " '" + std::string(name) +
                      "'; there are: " + known);
}

template <class Map, class Make>
void add(Map& map, std::string name, Make make_one, const char* what) {
    if (!map.emplace(name, std::move(make_one)).second) {
        throw ConfigError("the " + std::string(what) + " '" + name + "' is registered twice");
    }
}

}  // namespace

void Components::add_middleware(std::string name, MakeMiddleware make_one) {
    add(middleware_, std::move(name), std::move(make_one), "middleware");
}

void Components::add_application(std::string name, MakeApplication make_one) {
    add(applications_, std::move(name), std::move(make_one), "consumer");
}

std::unique_ptr<MiddlewareFactory> Components::middleware(std::string_view name) const {
    return make(middleware_, name, "middleware");
}

std::unique_ptr<ApplicationFactory> Components::application(std::string_view name) const {
    return make(applications_, name, "consumer");
}

}  // namespace zanhu
