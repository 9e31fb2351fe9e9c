#include "core/redis/reply_reader.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>

namespace zanhu::redis {
namespace {

using Step = ReplyReader::Step;

/// A reply as a person would write it.
std::string shown(const Reply& reply) {
    switch (reply.kind()) {
        case Reply::Kind::nil:
            return "nil";
        case Reply::Kind::status:
            return "+" + reply.text();
        case Reply::Kind::error:
            return "-" + reply.text();
        case Reply::Kind::integer:
            return std::to_string(reply.number());
        case Reply::Kind::text:
            return "'" + reply.text() + "'";
        case Reply::Kind::array:
            break;
    }
    std::string text = "[";
    for (const Reply& item : reply.items())
        text += (text.size() > 1 ? " " : "") + shown(item);
    return text + "]";
}

/// All replies in `wire`, which comes in pieces of `size` bytes; ends with `error` or `more`.
std::string read(std::string_view wire, std::size_t size, std::size_t limit = 1000) {
    ReplyReader reader(limit);
    std::string all;
    while (!wire.empty()) {
        std::string_view piece = wire.substr(0, size);
        wire.remove_prefix(piece.size());
        for (;;) {
            Reply reply;
            const Step step = reader.next(piece, reply);
            if (step == Step::error) return all + "error";
            if (step == Step::need_more) break;
            all += shown(reply) + " ";
        }
    }
    return all + "more";
}

class ReplyReaderTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(ReplyReaderTest);
    CPPUNIT_TEST(every_kind_is_read_however_it_is_cut);
    CPPUNIT_TEST(what_is_no_resp2_is_an_error);
    CPPUNIT_TEST(a_reply_that_is_too_large_is_refused_before_it_takes_memory);
    CPPUNIT_TEST(the_limit_is_each_replys_own);
    CPPUNIT_TEST(an_error_stays);
    CPPUNIT_TEST_SUITE_END();

public:
    void every_kind_is_read_however_it_is_cut() {
        const std::string_view wire =
            "+OK\r\n-ERR no\r\n:-7\r\n$5\r\na\r\nbc\r\n$0\r\n\r\n$-1\r\n*-1\r\n*0\r\n"
            "*3\r\n:1\r\n*2\r\n$1\r\nx\r\n$-1\r\n+y\r\n+\r\n";
        for (std::size_t size = 1; size <= wire.size(); ++size) {
            CPPUNIT_ASSERT_EQUAL(
                std::string("+OK -ERR no -7 'a\r\nbc' '' nil nil [] [1 ['x' nil] +y] + more"),
                read(wire, size));
        }
    }

    void what_is_no_resp2_is_an_error() {
        for (const char* wire : {"HTTP/1.1 400\r\n",
                                 "\r\n",
                                 ":\r\n",
                                 ":1x\r\n",
                                 "$-2\r\n",
                                 "*-2\r\n",
                                 "$x\r\n",
                                 "+OK\n",
                                 "$1\r\nab\r\n",
                                 "$1\r\naxx",
                                 "_\r\n",
                                 ":99999999999999999999\r\n",
                                 "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n"}) {
            for (const std::size_t size : {1, 1000})
                CPPUNIT_ASSERT_EQUAL_MESSAGE(wire, std::string("error"), read(wire, size));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("error"), read("+" + std::string(70'000, 'x'), 1000, 1 << 20));
    }

    void a_reply_that_is_too_large_is_refused_before_it_takes_memory() {
        for (const char* wire : {"$1001\r\n", "$9223372036854775807\r\n"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(wire, std::string("error"), read(wire, 1000));
        // An announced length takes nothing, and its items are counted as they come.
        CPPUNIT_ASSERT_EQUAL(std::string("more"), read("*9223372036854775807\r\n", 1000));
        std::string many = "*1000000\r\n";
        for (int i = 0; i < 100; ++i)
            many += ":1\r\n";
        CPPUNIT_ASSERT_EQUAL(std::string("error"), read(many, 1000));
    }

    void the_limit_is_each_replys_own() {
        std::string wire;
        for (int i = 0; i < 3; ++i)
            wire += "$800\r\n" + std::string(800, 'x') + "\r\n";
        CPPUNIT_ASSERT(read(wire, 7).ends_with("more"));
    }

    void an_error_stays() {
        ReplyReader reader(1000);
        Reply reply;
        std::string_view bad = "?\r\n";
        CPPUNIT_ASSERT(reader.next(bad, reply) == Step::error);
        std::string_view good = "+OK\r\n";
        CPPUNIT_ASSERT(reader.next(good, reply) == Step::error);
        CPPUNIT_ASSERT(!reader.problem().empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ReplyReaderTest);

}  // namespace
}  // namespace zanhu::redis
