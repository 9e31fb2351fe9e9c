#pragma once

#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <zanhu/components.h>

#include "core/settings/problems.h"
#include "core/settings/settings.h"
#include "core/settings/tree_settings.h"

namespace zanhu::app {

/// One middleware of a chain. The factory is null when it could not be made, which was noted as a problem.
struct Middleware {
    std::string name;
    const MiddlewareFactory* factory = nullptr;
};
using Chain = std::vector<Middleware>;

/// The scope slots that what stands further out provides.
using Slots = std::set<std::string_view>;

/// The applications of the tree, kept until all of it ends.
class Applications {
public:
    Application& keep(std::unique_ptr<Application> application);
    /// The chain around `innermost`.
    Application& wrap(const Chain& chain, Application& innermost);

private:
    std::vector<std::unique_ptr<Application>> applications_;
};

/// Makes the factories that the configuration names, and gives each its section. A section that several
/// chains name is one factory. Owned by the tree; main thread.
class Factories {
public:
    Factories(settings::Settings& settings, const Components& components, Services& services)
        : settings_(settings), components_(components), services_(services) {}

    /// `section`.`key` is the list that names the elements.
    Chain chain(std::span<const settings::ChainElement> elements,
                std::string_view section,
                std::string_view key,
                settings::Problems& problems);
    /// The same for an application; null, and a problem, when it cannot be made. `section`.`key` is where the
    /// class is named, `own_section` what configures it.
    std::unique_ptr<ApplicationFactory> application(std::string_view class_name,
                                                    ScopeType serves,
                                                    std::string_view section,
                                                    std::string_view key,
                                                    const std::string& own_section,
                                                    settings::Problems& problems);

    /// Notes what of `needed` is not among the slots. `remedy` follows a semicolon.
    void require(std::span<const std::string_view> needed,
                 const Slots& provided,
                 const std::string& who,
                 std::string_view section,
                 std::string_view key,
                 const char* remedy,
                 settings::Problems& problems) const;
    /// The same for each of a chain, and adds what it provides.
    void require(const Chain& chain,
                 Slots& provided,
                 std::string_view section,
                 std::string_view key,
                 settings::Problems& problems) const;

    settings::Settings& settings() noexcept { return settings_; }
    const Converters& converters() const { return components_.converters(); }

private:
    template <class Factory>
    void configure(Factory& factory,
                   std::string_view section,
                   std::string_view key,
                   const std::string& own_section,
                   settings::Problems& problems);

    settings::Settings& settings_;
    const Components& components_;
    Services& services_;
    std::map<std::string, std::unique_ptr<MiddlewareFactory>> middleware_;  // null: was refused
};

}  // namespace zanhu::app
