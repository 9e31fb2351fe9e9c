// Ends with 0 when the consumer does what it should, as a test program of a third party would.
#include <cstdio>
#include <string>

#include <zanhu/consumer.h>
#include <zanhu/testing/http_communicator.h>
#include <zanhu/testing/test_services.h>
#include <zanhu/testing/websocket_communicator.h>

namespace {

class Shouter final : public zanhu::AsyncWebsocketConsumer {
public:
    Shouter() { groups = {"room"}; }

private:
    zanhu::Task<void> receive(zanhu::Receive message) override { co_await send_text(message.data + "!"); }

protected:
    const zanhu::EventHandlers& handlers() const override {
        static const auto table = zanhu::EventHandlers().forward("room.message");
        return table;
    }
};

int failures = 0;

void check(bool right, const char* what) {
    if (right) return;
    std::fprintf(stderr, "not so: %s\n", what);
    ++failures;
}

}  // namespace

int main() {
    zanhu::testing::TestLoop loop;
    zanhu::testing::TestServices services(loop);
    zanhu::ConsumerApplication<Shouter> application(services);
    zanhu::testing::WebsocketCommunicator client(application, loop, "/ws/shout/");
    client.scope().set("user", zanhu::User("7", "alice"));
    check(client.connect().accepted, "it accepts");
    client.send_to("hello");
    check(client.receive_from() == "hello!", "it shouts");
    check(services.group_send("room", zanhu::LayerMessage("room.message")) == 1, "it is in its group");
    check(client.receive_from().find("room.message") != std::string::npos, "it sends the event on");
    client.disconnect();
    client.wait();
    return failures;
}
