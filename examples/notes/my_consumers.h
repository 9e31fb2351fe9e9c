#pragma once

#include <algorithm>
#include <string>

#include <zanhu/consumer.h>

namespace notes {

inline bool offers(const zanhu::Scope& scope, const std::string& subprotocol) {
    return std::find(scope.subprotocols.begin(), scope.subprotocols.end(), subprotocol) !=
           scope.subprotocols.end();
}

/// Handlers that may block.
class MyConsumer final : public zanhu::WebsocketConsumer {
public:
    void connect() override {
        if (scope().subprotocols.empty()) {
            accept();
        } else if (offers(scope(), "your-protocol")) {
            accept("your-protocol");  // one that the client offers
        } else {
            close(zanhu::CloseCode(403));  // before the accept any code is the status 403
        }
    }

    void receive(zanhu::Receive) override {
        send_text("imooc.com");
        send_bytes("imooc.com");  // the same characters in a binary frame
        close();
    }

    void disconnect(zanhu::CloseCode) override {}
};

/// The same on the loop.
class MyAsyncConsumer final : public zanhu::AsyncWebsocketConsumer {
public:
    zanhu::Task<void> connect() override {
        if (scope().subprotocols.empty()) {
            co_await accept();
        } else if (offers(scope(), "your-protocol")) {
            co_await accept("your-protocol");
        } else {
            co_await close(zanhu::CloseCode(403));
        }
    }

    zanhu::Task<void> receive(zanhu::Receive) override {
        co_await send_text("imooc.com");
        co_await send_bytes("imooc.com");
        co_await close();
    }

    zanhu::Task<void> disconnect(zanhu::CloseCode) override { co_return; }
};

}  // namespace notes
