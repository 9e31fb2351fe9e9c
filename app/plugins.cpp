#include "app/plugins.h"

#include <Poco/Exception.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>

#include <zanhu/errors.h>

#include "app/plugin_factories.h"
#include "app/plugin_library.h"
#include "core/settings/plugin_settings.h"
#include "core/settings/problems.h"

namespace zanhu::app {

Plugins::Plugins(const settings::Settings& settings, Components& components) {
    settings::Problems problems;
    const auto attempt = [&](auto job) {
        try {
            job();
            return true;
        } catch (const ConfigError& error) {
            problems.add(settings.describe("plugins", "load", error.what()));
            return false;
        }
    };
    for (const std::string& file : settings::PluginSettings::from(settings).files) {
        if (!attempt([&] { load(file); })) continue;
        const auto& manifest = loader_.manifestFor(file);
        for (auto meta = manifest.begin(); meta != manifest.end(); ++meta)
            attempt([&] { add_class(file, **meta, components); });
    }
    problems.raise_if_any();
}

void Plugins::load(const std::string& file) {
    const std::string place = "`" + file + "` ";
    std::error_code error;
    const std::string canonical = std::filesystem::weakly_canonical(file, error).string();
    if (std::ranges::find(canonical_, canonical) != canonical_.end())
        throw ConfigError(place + "is in the list twice; remove one of the two");
    try {
        open_plugin_library(file);
        loader_.loadLibrary(file);
    } catch (const ConfigError& failure) {
        throw ConfigError(place + failure.what());
    } catch (const Poco::Exception& failure) {
        throw ConfigError(place + "has a manifest that cannot be used (" + failure.displayText() +
                          "); end it with ZANHU_PLUGIN(...)");
    }
    if (loader_.manifestFor(file).empty())
        throw ConfigError(place + "exports no class; name one in ZANHU_PLUGIN(ZANHU_EXPORT(...))");
    files_.push_back(file);
    canonical_.push_back(canonical);
}

void Plugins::add_class(const std::string& file,
                        const Poco::AbstractMetaObject<PluginClass>& meta,
                        Components& components) {
    const std::string name = meta.name();
    const std::string who = "'" + name + "' of the plugin " + file;
    const std::string source = "the plugin " + file;
    // Shared by the factories of this class; the code behind it is never unloaded.
    const std::shared_ptr<const PluginClass> entry(meta.create());
    if (auto converter = make_plugin_converter(*entry, who)) {
        try {
            components.add_converter(name, std::move(converter));
        } catch (const ConfigError& error) {
            throw ConfigError(source + ": " + error.what());
        }
    } else if (entry->is_middleware()) {
        components.add_middleware(
            name, [entry, who] { return make_plugin_middleware(*entry, who); }, source);
    } else {
        components.add_application(
            name, [entry, who] { return make_plugin_application(*entry, who); }, source);
    }
}

std::vector<std::string> Plugins::descriptions() const {
    std::vector<std::string> lines;
    for (const std::string& file : files_) {
        std::string line = "plugin " + file + ":";
        const auto& manifest = loader_.manifestFor(file);
        for (auto meta = manifest.begin(); meta != manifest.end(); ++meta)
            line += std::string(" ") + meta->name();
        lines.push_back(std::move(line));
    }
    return lines;
}

}  // namespace zanhu::app
