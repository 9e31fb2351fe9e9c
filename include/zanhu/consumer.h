#pragma once

#include <memory>
#include <span>
#include <string_view>

#include <zanhu/components.h>
#include <zanhu/consumer_base.h>
#include <zanhu/http_consumer.h>
#include <zanhu/sync_consumer.h>
#include <zanhu/websocket_consumer.h>

// Every kind of consumer, and what makes one a connection.
namespace zanhu {

/// An application that makes one consumer of class C a connection (Channels: as_asgi()).
template <class C>
class ConsumerApplication final : public Application {
public:
    /// `strict`: an event without a handler ends the connection with 1011 instead of a line in the log.
    explicit ConsumerApplication(Services& services, bool strict = false)
        : services_(services), strict_(strict) {}
    Task<void> run(Scope& scope, Link& link) override {
        return ConsumerBase::serve(std::make_unique<C>(), scope, link, services_, strict_);
    }

private:
    Services& services_;
    const bool strict_;
};

/// The keys of a route that every consumer has.
std::span<const KeySpec> consumer_keys();

/// The factory of a consumer class that has no settings of its own, for Components::add_application. A class
/// that is no use without some scope slots names them in an array of string views, `k_needs`: a route that
/// nothing sets them on is then refused at start.
template <class C, ScopeType Serves = C::k_serves>
class ConsumerFactory final : public ApplicationFactory {
public:
    ScopeType serves() const override { return Serves; }
    std::span<const KeySpec> keys() const override { return consumer_keys(); }
    std::span<const std::string_view> needs() const override {
        if constexpr (requires { C::k_needs; }) return C::k_needs;
        return {};
    }
    void configure(const ConfigView& section, Services& services) override {
        services_ = &services;
        strict_ = section.boolean("strict");
    }
    std::unique_ptr<Application> make() const override {
        return std::make_unique<ConsumerApplication<C>>(*services_, strict_);
    }

private:
    Services* services_ = nullptr;
    bool strict_ = false;
};

}  // namespace zanhu
