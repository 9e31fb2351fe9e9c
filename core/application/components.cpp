#include <utility>

#include <zanhu/components.h>
#include <zanhu/errors.h>

namespace zanhu {

namespace {

template <class Table, class Make>
void add(Table& table, std::string name, Make make_one, std::string source, const char* what) {
    const auto found = table.find(name);
    if (found == table.end()) {
        table.emplace(std::move(name), typename Table::mapped_type{std::move(make_one), std::move(source)});
        return;
    }
    throw ConfigError("the " + std::string(what) + " '" + name + "' is in " + found->second.source +
                      " and in " + source + "; give one of the two another name");
}

/// How messages call what serves a type of scope.
struct Serving {
    const char* what;
    const char* none;
};
constexpr Serving k_serving[] = {{"plain requests", "there are no pages"},
                                 {"sockets", "there is no consumer"},
                                 {"channels", "there is no consumer of channels"}};

/// The names of which `choose` says yes.
template <class Map, class Choose>
std::string names(const Map& map, Choose choose) {
    std::string known;
    for (const auto& [name, entry] : map) {
        if (choose(entry.make)) known += (known.empty() ? "" : ", ") + name;
    }
    return known;
}

}  // namespace

void Components::add_middleware(std::string name, MakeMiddleware make_one, std::string source) {
    add(middleware_, std::move(name), std::move(make_one), std::move(source), "middleware");
}

void Components::add_application(std::string name, MakeApplication make_one, std::string source) {
    add(applications_, std::move(name), std::move(make_one), std::move(source), "consumer");
}

std::unique_ptr<MiddlewareFactory> Components::middleware(std::string_view name) const {
    if (const auto found = middleware_.find(name); found != middleware_.end()) return found->second.make();
    throw ConfigError("there is no middleware '" + std::string(name) +
                      "'; there are: " + names(middleware_, [](const auto&) { return true; }));
}

std::unique_ptr<ApplicationFactory> Components::application(std::string_view name, ScopeType serves) const {
    const Serving& wanted = k_serving[static_cast<std::size_t>(serves)];
    std::string problem = std::string(wanted.none) + " '" + std::string(name) + "'";
    if (const auto found = applications_.find(name); found != applications_.end()) {
        auto factory = found->second.make();
        if (factory->serves() == serves) return factory;
        const Serving& served = k_serving[static_cast<std::size_t>(factory->serves())];
        problem = "'" + std::string(name) + "' serves " + served.what + ", not " + wanted.what;
    }
    throw ConfigError(problem + "; there are: " + names(applications_, [serves](const auto& make_one) {
                          return make_one()->serves() == serves;
                      }));
}

}  // namespace zanhu
