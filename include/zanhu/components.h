#pragma once

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <zanhu/application.h>
#include <zanhu/scope.h>
#include <zanhu/services.h>
#include <zanhu/settings.h>
#include <zanhu/url_pattern.h>

namespace zanhu {

/// Makes one configured kind of middleware. One object per configured section, made by the daemon at start on
/// the main thread and kept until it ends.
class MiddlewareFactory {
public:
    virtual ~MiddlewareFactory() = default;
    /// What its section may hold, besides `class`.
    virtual std::span<const KeySpec> keys() const { return {}; }
    /// The scope slots that must have been set further out, and those that it sets: a chain in an impossible
    /// order is refused at start.
    virtual std::span<const std::string_view> needs() const { return {}; }
    virtual std::span<const std::string_view> provides() const { return {}; }
    /// Called once, before the first wrap(). Throws ConfigError.
    virtual void configure(const ConfigView& section, Services& services) = 0;
    /// Once per place in the configured tree; `inner` outlives what is returned.
    virtual std::unique_ptr<Application> wrap(Application& inner) const = 0;
};

/// Makes the application at the end of a route: a consumer, or an HTTP application. As MiddlewareFactory
/// otherwise.
class ApplicationFactory {
public:
    virtual ~ApplicationFactory() = default;
    /// The kind of connection that its applications serve; the configuration may name it there only.
    virtual ScopeType serves() const { return ScopeType::websocket; }
    virtual std::span<const KeySpec> keys() const { return {}; }
    virtual std::span<const std::string_view> needs() const { return {}; }
    virtual void configure(const ConfigView& section, Services& services) = 0;
    virtual std::unique_ptr<Application> make() const = 0;
};

/// The classes that the configuration can name. Filled at start, on the main thread, by the built-in
/// components and later by plugins.
class Components {
public:
    using MakeMiddleware = std::function<std::unique_ptr<MiddlewareFactory>()>;
    using MakeApplication = std::function<std::unique_ptr<ApplicationFactory>()>;

    /// `source` is where the class is, for messages. Throws ConfigError when the name is taken, with both
    /// sources.
    void add_middleware(std::string name, MakeMiddleware make, std::string source = k_built_in);
    void add_application(std::string name, MakeApplication make, std::string source = k_built_in);
    /// As Converters::add.
    void add_converter(std::string name, std::shared_ptr<const Converter> converter) {
        converters_.add(std::move(name), std::move(converter));
    }
    const Converters& converters() const noexcept { return converters_; }
    /// Throws ConfigError for an unknown name, with the names that exist.
    std::unique_ptr<MiddlewareFactory> middleware(std::string_view name) const;
    /// The same, and for the name of an application that serves something else.
    std::unique_ptr<ApplicationFactory> application(std::string_view name,
                                                    ScopeType serves = ScopeType::websocket) const;

    static constexpr const char* k_built_in = "zanhu itself";

private:
    template <class Make>
    struct Entry {
        Make make;
        std::string source;
    };
    template <class Make>
    using Table = std::map<std::string, Entry<Make>, std::less<>>;

    Table<MakeMiddleware> middleware_;
    Table<MakeApplication> applications_;
    Converters converters_;
};

}  // namespace zanhu
