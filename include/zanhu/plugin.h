#pragma once

#include <Poco/ClassLibrary.h>
#include <Poco/MetaObject.h>

#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>

#include <zanhu/components.h>
#include <zanhu/consumer.h>
#include <zanhu/errors.h>

// What a plugin includes: a shared library with middleware, consumers, HTTP applications and converters of
// paths, loaded by `[plugins] load`. It ends with one line, outside of any namespace:
//
//     ZANHU_PLUGIN(ZANHU_EXPORT(OpeningHoursFactory, "OpeningHours") ZANHU_EXPORT(RoomConsumer, "Room"))
//
// docs/plugins.md says how it is built. This is the only public header that needs POCO's.
namespace zanhu {

/// The number of the binary interface between daemon and plugins. It is raised whenever a class, a virtual
/// function or a meaning in the public headers changes, so a plugin is loaded only by a daemon that was built
/// with the same interface.
inline constexpr std::uint32_t k_plugin_abi = 1;

#define ZANHU_TEXT_OF(value) #value
#define ZANHU_TEXT(value) ZANHU_TEXT_OF(value)
#if defined(__clang__)
#define ZANHU_COMPILER "clang " ZANHU_TEXT(__clang_major__)
#elif defined(__GNUC__)
#define ZANHU_COMPILER "gcc " ZANHU_TEXT(__GNUC__)
#endif
#if defined(_GLIBCXX_DEBUG)
#define ZANHU_STANDARD_LIBRARY "libstdc++ in debug mode"
#elif defined(_GLIBCXX_USE_CXX11_ABI) && _GLIBCXX_USE_CXX11_ABI == 0
#define ZANHU_STANDARD_LIBRARY "libstdc++ with the old strings"
#elif defined(__GLIBCXX__)
#define ZANHU_STANDARD_LIBRARY "libstdc++"
#else
#define ZANHU_STANDARD_LIBRARY "another standard library"
#endif

/// What else must be the same on both sides: coroutines and C++20 containers are no stable interface.
inline constexpr const char* k_plugin_compiler = ZANHU_COMPILER ", " ZANHU_STANDARD_LIBRARY;

/// What a plugin says of itself, before anything of it is used. This struct never changes.
struct PluginAbi {
    std::uint32_t number;
    const char* compiler;
};

/// One entry of a plugin's manifest: a class under the name that the configuration uses. Made by the
/// daemon at the start, on the main thread, one a name; it only makes factories, so it has no state.
class PluginClass {
public:
    PluginClass() = default;
    PluginClass(const PluginClass&) = delete;
    PluginClass& operator=(const PluginClass&) = delete;
    virtual ~PluginClass() = default;
    /// Null when the class is of another kind.
    virtual std::unique_ptr<MiddlewareFactory> middleware() const = 0;
    virtual std::unique_ptr<ApplicationFactory> application() const = 0;
    virtual std::shared_ptr<const Converter> converter() const = 0;
    virtual bool is_middleware() const noexcept = 0;
};

namespace detail {

/// The entry of class C: a MiddlewareFactory, an ApplicationFactory, a consumer that has no settings, or a
/// Converter.
template <class C>
class PluginClassOf final : public PluginClass {
    static constexpr bool k_middleware = std::is_base_of_v<MiddlewareFactory, C>;
    static constexpr bool k_application = std::is_base_of_v<ApplicationFactory, C>;
    static constexpr bool k_consumer = std::is_base_of_v<ConsumerBase, C>;
    static constexpr bool k_converter = std::is_base_of_v<Converter, C>;
    static_assert(k_middleware || k_application || k_consumer || k_converter,
                  "ZANHU_EXPORT takes a MiddlewareFactory, an ApplicationFactory, a consumer or a Converter");

public:
    std::unique_ptr<MiddlewareFactory> middleware() const override {
        if constexpr (k_middleware) return std::make_unique<C>();
        return nullptr;
    }
    std::unique_ptr<ApplicationFactory> application() const override {
        if constexpr (k_application) return std::make_unique<C>();
        if constexpr (k_consumer) return std::make_unique<ConsumerFactory<C>>();
        return nullptr;
    }
    std::shared_ptr<const Converter> converter() const override {
        if constexpr (k_converter) return std::make_shared<const C>();
        return nullptr;
    }
    bool is_middleware() const noexcept override { return k_middleware; }
};

template <class C>
void export_class(Poco::Manifest<PluginClass>& manifest, const char* name) {
    auto entry = std::make_unique<Poco::MetaObject<PluginClassOf<C>, PluginClass>>(name);
    // POCO would keep the first of two and say nothing.
    if (!manifest.insert(entry.get())) throw ConfigError(std::string("exports '") + name + "' twice");
    entry.release();
}

}  // namespace detail

}  // namespace zanhu

/// One class of a plugin under its name in the configuration; stands inside ZANHU_PLUGIN.
#define ZANHU_EXPORT(cls, name) ::zanhu::detail::export_class<cls>(*pManifest, name);

/// Makes a shared library a plugin: its ABI, and the manifest of what it exports. Once a library.
#define ZANHU_PLUGIN(...)                                                                           \
    extern "C" POCO_LIBRARY_API const ::zanhu::PluginAbi* zanhu_plugin_abi() {                      \
        static constexpr ::zanhu::PluginAbi abi{::zanhu::k_plugin_abi, ::zanhu::k_plugin_compiler}; \
        return &abi;                                                                                \
    }                                                                                               \
    POCO_BEGIN_MANIFEST(::zanhu::PluginClass)                                                       \
    __VA_ARGS__                                                                                     \
    POCO_END_MANIFEST
