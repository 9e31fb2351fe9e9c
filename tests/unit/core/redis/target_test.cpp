#include "core/redis/target.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include <zanhu/errors.h>

namespace zanhu::redis {
namespace {

std::string described(const char* text) {
    return Target::parse(text).description();
}

class TargetTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(TargetTest);
    CPPUNIT_TEST(every_form_is_understood);
    CPPUNIT_TEST(credentials_are_decoded_and_never_shown);
    CPPUNIT_TEST(a_database_that_is_named_is_told_from_one_that_is_not);
    CPPUNIT_TEST(sentinels_are_listed);
    CPPUNIT_TEST(what_is_wrong_is_said_without_the_password);
    CPPUNIT_TEST_SUITE_END();

public:
    void every_form_is_understood() {
        CPPUNIT_ASSERT_EQUAL(std::string("redis://127.0.0.1:6379/0"), described("redis://127.0.0.1"));
        CPPUNIT_ASSERT_EQUAL(std::string("redis://h:1/3"), described("redis://h:1/3"));
        CPPUNIT_ASSERT_EQUAL(std::string("redis://h:6379/4"), described("redis://h?db=4"));
        CPPUNIT_ASSERT_EQUAL(std::string("redis://[::1]:6380/0"), described("redis://[::1]:6380"));
        CPPUNIT_ASSERT_EQUAL(std::string("redis://[::1]:6379/0"), described("[::1]"));
        CPPUNIT_ASSERT_EQUAL(std::string("redis://h:7/0"), described("h:7"));
        CPPUNIT_ASSERT_EQUAL(std::string("rediss://h:6379/0"), described("rediss://h/"));
        CPPUNIT_ASSERT_EQUAL(std::string("unix:///run/redis.sock?db=2"),
                             described("unix:///run/redis.sock?db=2"));
        CPPUNIT_ASSERT_EQUAL(std::string("/run/a b"), Target::parse("unix://:p@/run/a%20b").unix_path());
        CPPUNIT_ASSERT(Target::parse("rediss://h").tls());
        net::TlsClientOptions own;
        own.check_host = false;
        own.authorities = "/a.pem";
        own.certificate = "/c.pem";
        own.private_key = "/k.pem";
        CPPUNIT_ASSERT(own == Target::parse("rediss://h?ssl_ca_certs=%2Fa.pem&ssl_check_hostname=False&"
                                            "ssl_certfile=/c.pem&ssl_keyfile=/k.pem")
                                  .tls_options());
        CPPUNIT_ASSERT(!Target::parse("rediss://h?ssl_cert_reqs=none").tls_options().verify);
        CPPUNIT_ASSERT_THROW(Target::parse("redis://h?ssl_cert_reqs=none"), ConfigError);
    }

    void credentials_are_decoded_and_never_shown() {
        const Target target = Target::parse("redis://us%65r:p%40:/ss@h:1/2");
        CPPUNIT_ASSERT_EQUAL(std::string("user"), target.credentials().user);
        CPPUNIT_ASSERT_EQUAL(std::string("p@:/ss"), target.credentials().password);
        CPPUNIT_ASSERT_EQUAL(std::string("redis://h:1/2"), target.description());
        const Target query = Target::parse("redis://h?username=u&password=p");
        CPPUNIT_ASSERT_EQUAL(std::string("u"), query.credentials().user);
        CPPUNIT_ASSERT_EQUAL(std::string("p"), query.credentials().password);
        CPPUNIT_ASSERT(Target::parse("redis://:p@h").credentials().user.empty());
    }

    void a_database_that_is_named_is_told_from_one_that_is_not() {
        for (const char* text : {"redis://h", "redis://h/", "h", "redis://:p@h:1"})
            CPPUNIT_ASSERT_MESSAGE(text, !Target::parse(text).names_database());
        for (const char* text : {"redis://h/0", "redis://h/0/", "redis://h?db=0"})
            CPPUNIT_ASSERT_MESSAGE(text, Target::parse(text).names_database());
    }

    void sentinels_are_listed() {
        const Target target = Target::parse("sentinel://:p@a;b:7/main/5?sentinel_password=s");
        CPPUNIT_ASSERT_EQUAL(std::string("sentinel://a:26379;b:7/main/5"), target.description());
        CPPUNIT_ASSERT_EQUAL(std::string("main"), target.master());
        CPPUNIT_ASSERT_EQUAL(5u, target.database());
        const Target node = target.sentinel(target.hosts()[1]);
        CPPUNIT_ASSERT(node.is_sentinel_node());
        CPPUNIT_ASSERT_EQUAL(std::string("s"), node.credentials().password);
        CPPUNIT_ASSERT_EQUAL(0u, node.database());
    }

    void what_is_wrong_is_said_without_the_password() {
        for (const char* text : {"",
                                 "http://:hunter2@h",
                                 "redis://",
                                 "redis://:hunter2@",
                                 "redis://:hunter2@h:x",
                                 "redis://:hunter2@h:0",
                                 "redis://:hunter2@h:65536",
                                 "redis://:hunter2@h/x",
                                 "redis://:hunter2@h/-1",
                                 "redis://:hunter2@h/65536",
                                 "redis://hunter2@h",
                                 "redis://:hunter2%zz@h",
                                 "redis://:hunter2@::1",
                                 "redis://:hunter2@[::1",
                                 "redis://:hunter2@h?ssl=1",
                                 "unix://:hunter2@relative",
                                 "h/3",
                                 "sentinel://:hunter2@h",
                                 "sentinel://:hunter2@/m",
                                 "redis://:hunter2@[::1]x"}) {
            try {
                (void)Target::parse(text);
                CPPUNIT_FAIL(text);
            } catch (const ConfigError& error) {
                const std::string said = error.what();
                CPPUNIT_ASSERT_MESSAGE(said, said.find("hunter2") == std::string::npos);
                CPPUNIT_ASSERT_MESSAGE(said, said.find("; write ") != std::string::npos);
            }
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TargetTest);

}  // namespace
}  // namespace zanhu::redis
