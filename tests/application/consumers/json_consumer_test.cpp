#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include <zanhu/consumer.h>

#include "tests/application/testing.h"

namespace zanhu::test {
namespace {

class JsonEcho : public AsyncJsonWebsocketConsumer {
    Task<void> receive_json(Value content) override {
        ValueMap answer;
        answer.set("got", std::move(content));
        co_await send_json(Value(std::move(answer)));
    }
};

class JsonConsumerTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(JsonConsumerTest);
    CPPUNIT_TEST(it_reads_and_writes_json_as_python_does);
    CPPUNIT_TEST(what_is_not_json_text_closes_with_1011);
    CPPUNIT_TEST_SUITE_END();

public:
    void it_reads_and_writes_json_as_python_does() {
        WebsocketCommunicator client(application_, loop_);
        client.connect();
        client.send_to(R"({"a":[1,2.5,null,true],"é":"\u5f20"})");
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"got": {"a": [1, 2.5, null, true], "\u00e9": "\u5f20"}})"),
                             client.receive_from());
        client.send_to(" 7 ");
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"got": 7})"), client.receive_from());
    }

    void what_is_not_json_text_closes_with_1011() {
        for (const char* text : {"", "{", "nul", "{'a': 1}", "1 2", "[1,]"}) {
            WebsocketCommunicator client(application_, loop_);
            client.connect();
            client.send_to(text);
            CPPUNIT_ASSERT_MESSAGE(text, client.receive_close().code == CloseCode::internal_error);
        }
        WebsocketCommunicator client(application_, loop_);
        client.connect();
        client.send_bytes_to("{}");
        CPPUNIT_ASSERT(client.receive_close().code == CloseCode::internal_error);
        CPPUNIT_ASSERT(client.failure().find("binary") != std::string::npos);
    }

private:
    TestLoop loop_;
    TestServices services_{loop_};
    ConsumerApplication<JsonEcho> application_{services_};
};

CPPUNIT_TEST_SUITE_REGISTRATION(JsonConsumerTest);

}  // namespace
}  // namespace zanhu::test
