#pragma once

#include <string>
#include <utility>

#include <zanhu/consumer.h>

namespace notes {

std::string http_get(const std::string& url);

/// Raw events, handlers that may block: each runs on the `sync` pool.
class EchoConsumer final : public zanhu::SyncConsumer {
public:
    explicit EchoConsumer(std::string url = "http://127.0.0.1:8080/") : url_(std::move(url)) {}

protected:
    const zanhu::EventHandlers& handlers() const override {
        static const auto table = zanhu::EventHandlers()
                                      .on<&EchoConsumer::websocket_connect>("websocket.connect")
                                      .on<&EchoConsumer::websocket_receive>("websocket.receive");
        return table;
    }

private:
    void websocket_connect(zanhu::Connect) {
        greeting_ = http_get(url_);
        scope().keep_request = true;  // or the headers are let go after the accept
        send(zanhu::Accept());
    }

    void websocket_receive(zanhu::Receive event) {
        if (event.data == "scope?") {
            const std::string name = user().username();                             // self.scope["user"]
            const std::string path = scope().path;                                  // self.scope["path"]
            const std::string host(scope().headers.find("host").value_or("none"));  // self.scope["headers"]
            const std::string method = scope().method;                              // self.scope["method"]
            event.data = name + " " + method + " " + path + " " + host + " " + greeting_;
        }
        send(zanhu::Send(zanhu::MessageKind::text, std::move(event.data)));
    }

    std::string url_;
    std::string greeting_;
};

}  // namespace notes
