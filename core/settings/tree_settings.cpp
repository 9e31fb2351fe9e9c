#include "core/settings/tree_settings.h"

#include <algorithm>

#include "core/settings/name_reader.h"
#include "core/settings/route_reader.h"
#include "core/settings/settings.h"

namespace zanhu::settings {
namespace {

class TreeReader {
public:
    explicit TreeReader(const Settings& settings) : names_(settings, problems_) {}

    TreeSettings read() {
        TreeSettings tree;
        tree.websocket = chain("websocket");
        tree.http = chain("http");
        tree.channel = chain("channel");
        must_end_with(tree.websocket, "websocket", k_routes, "behind which are the consumers");
        must_end_with(tree.channel, "channel", k_workers, "behind which are the consumers of channels");
        tree.root_path = root_path();
        RouteReader reader(names_);
        tree.routes = reader.routes(k_routes, "list");
        tree.http_routes = reader.routes(k_http_routes, "list");
        tree.workers = reader.workers();
        check_http_routes(tree);
        problems_.raise_if_any();
        return tree;
    }

private:
    std::vector<ChainElement> chain(std::string_view key) {
        auto elements = names_.chain("routing", key);
        if (elements.empty())
            names_.problem("routing", key, "is empty; name the chain, or remove the key for the default");
        return elements;
    }

    void must_end_with(const std::vector<ChainElement>& elements,
                       std::string_view key,
                       const std::string& router,
                       const std::string& behind) {
        if (elements.empty() || elements.back().name == router) return;
        names_.problem("routing", key, "must end with " + router + ", " + behind + "; add it there");
    }

    std::string root_path() {
        auto root = names_.settings().section("routing").text("root_path");
        if (!root.empty() && (!root.starts_with('/') || root.ends_with('/'))) {
            names_.problem("routing",
                           "root_path",
                           "`" + root + "` must begin with a slash and not end with one; write it as /chat");
        }
        return root;
    }

    void check_http_routes(const TreeSettings& tree) {
        const bool named = std::any_of(tree.http.begin(), tree.http.end(), [](const ChainElement& element) {
            return element.name == k_http_routes;
        });
        if (named && tree.http_routes.empty()) {
            names_.problem(
                k_http_routes,
                "list",
                "is empty, but [routing] http names http_routes; name routes, or take it out there");
        } else if (!named && !tree.http_routes.empty()) {
            names_.problem("routing",
                           "http",
                           "does not name http_routes, so nothing uses [http_routes] list; put http_routes "
                           "ahead of site");
        }
    }

    Problems problems_;
    NameReader names_;
};

}  // namespace

TreeSettings TreeSettings::from(const Settings& settings) {
    return TreeReader(settings).read();
}

}  // namespace zanhu::settings
