#include "app/tree.h"

#include <algorithm>
#include <span>
#include <utility>

#include "app/root_path.h"
#include "app/upgrade_required.h"

namespace zanhu::app {

namespace {

using Elements = std::span<const settings::ChainElement>;

/// Without the router at its end.
Elements ahead_of_router(const std::vector<settings::ChainElement>& chain) {
    return Elements(chain).first(chain.size() - 1);
}

}  // namespace

Tree::Tree(settings::Settings& settings, const Components& components, Services& services)
    : tree_(settings::TreeSettings::from(settings)),
      factories_(settings, components, services),
      websocket_(factories_.chain(ahead_of_router(tree_.websocket), "routing", "websocket", problems_)),
      channel_(factories_.chain(ahead_of_router(tree_.channel), "routing", "channel", problems_)),
      routes_(tree_.routes, ScopeType::websocket, factories_, problems_),
      http_routes_(tree_.http_routes, ScopeType::http, factories_, problems_),
      workers_(tree_.workers, factories_, problems_) {
    make_http_chain(problems_);
    // Order says nothing about a chain of which a part could not be made.
    problems_.raise_if_any();
    check_order(problems_);
    problems_.raise_if_any();
}

Tree::~Tree() = default;

void Tree::make_http_chain(settings::Problems& problems) {
    Elements elements = tree_.http;
    const auto router = std::ranges::find(elements, settings::k_http_routes, &settings::ChainElement::name);
    has_http_routes_ = router != elements.end();
    if (elements.back().name != settings::k_http_routes) {
        const settings::ChainElement& pages = elements.back();
        const bool by_class =
            pages.name != pages.class_name && factories_.settings().is_set(pages.name, "class");
        pages_ = factories_.application(pages.class_name,
                                        ScopeType::http,
                                        by_class ? std::string_view(pages.name) : "routing",
                                        by_class ? "class" : "http",
                                        pages.name,
                                        problems);
        elements = elements.first(elements.size() - 1);
    }
    const auto ahead = static_cast<std::size_t>(std::min(router, elements.end()) - elements.begin());
    http_ = factories_.chain(elements.first(ahead), "routing", "http", problems);
    if (ahead < elements.size())
        behind_http_ = factories_.chain(elements.subspan(ahead + 1), "routing", "http", problems);
}

void Tree::check_order(settings::Problems& problems) const {
    Slots websocket;
    factories_.require(websocket_, websocket, "routing", "websocket", problems);
    routes_.check(websocket, factories_, problems);
    Slots http;
    factories_.require(http_, http, "routing", "http", problems);
    http_routes_.check(http, factories_, problems);
    factories_.require(behind_http_, http, "routing", "http", problems);
    if (pages_ != nullptr) {
        factories_.require(pages_->needs(),
                           http,
                           tree_.http.back().name,
                           "routing",
                           "http",
                           "put the middleware for it further to the left",
                           problems);
    }
    Slots channel;
    factories_.require(channel_, channel, "routing", "channel", problems);
    workers_.check(channel, factories_, problems);
}

Application& Tree::build_http(UrlRouter*& http_routes) {
    Application* application = nullptr;
    if (pages_ != nullptr)
        application = &applications_.wrap(behind_http_, applications_.keep(pages_->make()));
    if (has_http_routes_) {
        http_routes = &http_routes_.build(applications_);
        if (application != nullptr) http_routes->otherwise(*application);
        application = http_routes;
    }
    return applications_.wrap(http_, *application);
}

Application& Tree::build() {
    UrlRouter& websocket_routes = routes_.build(applications_);
    UrlRouter* http_routes = nullptr;
    Application& http = build_http(http_routes);
    auto protocols = std::make_unique<ProtocolTypeRouter>();
    protocols->add(ScopeType::websocket, applications_.wrap(websocket_, websocket_routes));
    protocols->add(
        ScopeType::http,
        applications_.keep(std::make_unique<UpgradeRequired>(websocket_routes, http_routes, http)));
    protocols->add(ScopeType::channel, applications_.wrap(channel_, workers_.build(applications_)));
    Application& all = applications_.keep(std::move(protocols));
    if (tree_.root_path.empty()) return all;
    return applications_.keep(std::make_unique<RootPath>(tree_.root_path, all));
}

}  // namespace zanhu::app
