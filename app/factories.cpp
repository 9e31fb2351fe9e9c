#include "app/factories.h"

#include <utility>

#include <zanhu/errors.h>

namespace zanhu::app {

Application& Applications::keep(std::unique_ptr<Application> application) {
    applications_.push_back(std::move(application));
    return *applications_.back();
}

Application& Applications::wrap(const Chain& chain, Application& innermost) {
    Application* application = &innermost;
    for (auto place = chain.rbegin(); place != chain.rend(); ++place)
        application = &keep(place->factory->wrap(*application));
    return *application;
}

template <class Factory>
void Factories::configure(Factory& factory,
                          std::string_view section,
                          std::string_view key,
                          const std::string& own_section,
                          settings::Problems& problems) {
    problems.collect([&] {
        try {
            factory.configure(settings_.component(own_section, factory.keys()), services_);
        } catch (const ConfigError& error) {
            const std::string text = error.what();
            const bool placed = text.find("[" + own_section + "]") != std::string::npos;
            throw ConfigError(placed ? text : settings_.describe(section, key, text));
        }
    });
}

Chain Factories::chain(std::span<const settings::ChainElement> elements,
                       std::string_view section,
                       std::string_view key,
                       settings::Problems& problems) {
    Chain chain;
    for (const settings::ChainElement& element : elements) {
        const auto [place, fresh] = middleware_.try_emplace(element.name);
        if (fresh) {
            const bool by_class =
                element.name != element.class_name && settings_.is_set(element.name, "class");
            const std::string_view named_in = by_class ? std::string_view(element.name) : section;
            const std::string_view named_by = by_class ? "class" : key;
            try {
                place->second = components_.middleware(element.class_name);
                configure(*place->second, named_in, named_by, element.name, problems);
            } catch (const ConfigError& error) {
                problems.add(settings_.describe(named_in, named_by, error.what()));
            }
        }
        chain.push_back(Middleware{element.name, place->second.get()});
    }
    return chain;
}

std::unique_ptr<ApplicationFactory> Factories::application(std::string_view class_name,
                                                           ScopeType serves,
                                                           std::string_view section,
                                                           std::string_view key,
                                                           const std::string& own_section,
                                                           settings::Problems& problems) {
    try {
        auto factory = components_.application(class_name, serves);
        configure(*factory, section, key, own_section, problems);
        return factory;
    } catch (const ConfigError& error) {
        problems.add(settings_.describe(section, key, error.what()));
        return nullptr;
    }
}

void Factories::require(std::span<const std::string_view> needed,
                        const Slots& provided,
                        const std::string& who,
                        std::string_view section,
                        std::string_view key,
                        const char* remedy,
                        settings::Problems& problems) const {
    for (const std::string_view slot : needed) {
        if (provided.contains(slot)) continue;
        problems.add(settings_.describe(section,
                                        key,
                                        "'" + who + "' needs '" + std::string(slot) +
                                            "', which nothing ahead of it provides; " + remedy));
    }
}

void Factories::require(const Chain& chain,
                        Slots& provided,
                        std::string_view section,
                        std::string_view key,
                        settings::Problems& problems) const {
    for (const Middleware& place : chain) {
        if (place.factory == nullptr) continue;
        require(place.factory->needs(),
                provided,
                place.name,
                section,
                key,
                "put the middleware for it further to the left",
                problems);
        for (const std::string_view slot : place.factory->provides())
            provided.insert(slot);
    }
}

}  // namespace zanhu::app
