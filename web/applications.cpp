#include "web/applications.h"

#include <array>
#include <memory>
#include <string_view>

#include "web/site.h"

namespace zanhu::web {
namespace {

constexpr std::array<std::string_view, 3> k_needs = {"cookies", "session", "user"};

class SiteFactory final : public ApplicationFactory {
public:
    ScopeType serves() const override { return ScopeType::http; }
    std::span<const std::string_view> needs() const override { return k_needs; }
    void configure(const ConfigView&, Services& services) override { services_ = &services; }
    std::unique_ptr<Application> make() const override { return std::make_unique<Site>(*services_); }

private:
    Services* services_ = nullptr;
};

}  // namespace

void add_web_applications(Components& components) {
    components.add_application("Site", [] { return std::make_unique<SiteFactory>(); });
}

}  // namespace zanhu::web
