#pragma once

#include <memory>

#include <zanhu/consumer.h>

namespace zanhu::test {

/// An application that makes one consumer a connection and gives it something of the test's, which outlives
/// it.
template <class Consumer, class Shared>
class Serving final : public Application {
public:
    Serving(Services& services, Shared& shared) noexcept : services_(services), shared_(shared) {}
    Task<void> run(Scope& scope, Link& link) override {
        return ConsumerBase::serve(std::make_unique<Consumer>(shared_), scope, link, services_);
    }

private:
    Services& services_;
    Shared& shared_;
};

}  // namespace zanhu::test
