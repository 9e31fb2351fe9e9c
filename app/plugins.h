#pragma once

#include <Poco/ClassLoader.h>
#include <Poco/MetaObject.h>

#include <string>
#include <vector>

#include <zanhu/components.h>
#include <zanhu/plugin.h>

#include "core/settings/settings.h"

namespace zanhu::app {

/// The shared libraries of `[plugins] load`. A library is tried out before anything of it is used: that it
/// can be opened with all its symbols, that it was built for this daemon (its ABI and compiler), and that
/// none of its classes has a name that is taken. None is ever unloaded: a new version needs a new process.
/// Made by the runtime on the main thread; outlives the Components, which make classes of it.
class Plugins {
public:
    /// Loads them, in the order of the list, and adds their classes. Throws one ConfigError with all
    /// problems.
    Plugins(const settings::Settings& settings, Components& components);
    Plugins(const Plugins&) = delete;
    Plugins& operator=(const Plugins&) = delete;

    /// One line a library: its file and the names of its classes. For the log.
    std::vector<std::string> descriptions() const;

private:
    void load(const std::string& file);
    void add_class(const std::string& file,
                   const Poco::AbstractMetaObject<PluginClass>& meta,
                   Components& components);

    std::vector<std::string> files_;
    std::vector<std::string> canonical_;  // the same without links, to notice one that is named twice
    Poco::ClassLoader<PluginClass> loader_;
};

}  // namespace zanhu::app
