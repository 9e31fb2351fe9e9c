#include "app/plugin_factories.h"

#include <Poco/Exception.h>

#include <utility>

#include <zanhu/errors.h>

namespace zanhu::app {

namespace {

/// Runs what belongs to the plugin.
template <class Call>
auto guarded(const std::string& who, const char* what, Call call) -> decltype(call()) {
    std::string reason;
    try {
        return call();
    } catch (const ConfigError& error) {
        // The plugin's own words on the configuration, which say what to do.
        throw ConfigError(std::string(error.what()) + " (says " + who + ")");
    } catch (const Poco::Exception& error) {
        reason = error.displayText();
    } catch (const std::exception& error) {
        reason = error.what();
    } catch (...) {
        reason = "an exception that is no std::exception";
    }
    throw ConfigError(who + " failed in " + what + ": " + reason +
                      "; mend the plugin, or take it out of the configuration");
}

template <class T>
std::unique_ptr<T> required(const std::string& who, const char* what, std::unique_ptr<T> made) {
    if (made == nullptr) throw Error(who + " gave nothing in " + what);
    return made;
}

class PluginMiddleware final : public MiddlewareFactory {
public:
    PluginMiddleware(std::unique_ptr<MiddlewareFactory> inner, std::string who)
        : inner_(std::move(inner)), who_(std::move(who)) {}
    std::span<const KeySpec> keys() const override {
        return guarded(who_, "keys()", [this] { return inner_->keys(); });
    }
    std::span<const std::string_view> needs() const override {
        return guarded(who_, "needs()", [this] { return inner_->needs(); });
    }
    std::span<const std::string_view> provides() const override {
        return guarded(who_, "provides()", [this] { return inner_->provides(); });
    }
    void configure(const ConfigView& section, Services& services) override {
        guarded(who_, "configure()", [&] { inner_->configure(section, services); });
    }
    std::unique_ptr<Application> wrap(Application& inner) const override {
        return guarded(who_, "wrap()", [&] { return required(who_, "wrap()", inner_->wrap(inner)); });
    }

private:
    const std::unique_ptr<MiddlewareFactory> inner_;
    const std::string who_;
};

class PluginApplication final : public ApplicationFactory {
public:
    PluginApplication(std::unique_ptr<ApplicationFactory> inner, std::string who)
        : inner_(std::move(inner)), who_(std::move(who)) {}
    ScopeType serves() const override { return inner_->serves(); }
    std::span<const KeySpec> keys() const override {
        return guarded(who_, "keys()", [this] { return inner_->keys(); });
    }
    std::span<const std::string_view> needs() const override {
        return guarded(who_, "needs()", [this] { return inner_->needs(); });
    }
    void configure(const ConfigView& section, Services& services) override {
        guarded(who_, "configure()", [&] { inner_->configure(section, services); });
    }
    std::unique_ptr<Application> make() const override {
        return guarded(who_, "make()", [this] { return required(who_, "make()", inner_->make()); });
    }

private:
    const std::unique_ptr<ApplicationFactory> inner_;
    const std::string who_;
};

}  // namespace

std::unique_ptr<MiddlewareFactory> make_plugin_middleware(const PluginClass& entry, std::string who) {
    auto inner = guarded(who, "its constructor", [&] { return entry.middleware(); });
    return std::make_unique<PluginMiddleware>(std::move(inner), std::move(who));
}

std::unique_ptr<ApplicationFactory> make_plugin_application(const PluginClass& entry, std::string who) {
    auto inner = guarded(who, "its constructor", [&] { return entry.application(); });
    return std::make_unique<PluginApplication>(std::move(inner), std::move(who));
}

std::shared_ptr<const Converter> make_plugin_converter(const PluginClass& entry, const std::string& who) {
    return guarded(who, "its constructor", [&] { return entry.converter(); });
}

}  // namespace zanhu::app
