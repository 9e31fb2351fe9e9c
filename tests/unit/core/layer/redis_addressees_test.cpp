#include "core/layer/redis_addressees.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include "core/net/epoll_loop.h"

namespace zanhu::layer {
namespace {

class RedisAddresseesTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(RedisAddresseesTest);
    CPPUNIT_TEST(names_are_put_together_by_process_and_own_ones_apart);
    CPPUNIT_TEST(the_digest_is_what_redis_makes_of_the_names);
    CPPUNIT_TEST(a_group_is_remembered_as_it_was_last);
    CPPUNIT_TEST(large_groups_are_not_remembered_and_too_many_names_all_go);
    CPPUNIT_TEST_SUITE_END();

    using Names = std::vector<std::string>;

    RedisAddressees addressees(const Names& names) const { return {node_, names}; }
    std::shared_ptr<const RedisAddressees> shared(std::size_t number) const {
        return std::make_shared<const RedisAddressees>(node_, Names(number, "specific.a!1"));
    }

    net::EpollLoop loop_;
    EventLoop* const loops_[1] = {&loop_};
    ProcessGroups groups_{loops_, nullptr};
    RedisNode node_{RedisOptions(), loop_, groups_};

public:
    void setUp() override { node_.shards.resize(1); }

    void names_are_put_together_by_process_and_own_ones_apart() {
        const RedisAddressees to =
            addressees({"specific.a!1", node_.groups.prefix() + "g.1", "specific.b!2", "specific.a!3"});
        CPPUNIT_ASSERT(to.own == Names{"g.1"});
        const RedisAddressees::Queues expected{{"asgispecific.a!", {"specific.a!1", "specific.a!3"}},
                                               {"asgispecific.b!", {"specific.b!2"}}};
        CPPUNIT_ASSERT(to.shards.front() == expected);
        CPPUNIT_ASSERT(to.only_on(0) && !to.only_on(1));
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, to.number);
    }
    void the_digest_is_what_redis_makes_of_the_names() {
        // printf 'one\ntwo' | sha1sum; and of nothing
        CPPUNIT_ASSERT_EQUAL(std::string("d9822126cf6ba45822e1af99c4301244d36b1d58"),
                             addressees({"one", "two"}).digest);
        CPPUNIT_ASSERT_EQUAL(std::string("da39a3ee5e6b4b0d3255bfef95601890afd80709"), addressees({}).digest);
        CPPUNIT_ASSERT(addressees({"two", "one"}).digest != addressees({"one", "two"}).digest);
    }
    void a_group_is_remembered_as_it_was_last() {
        RedisKnownGroups known;
        CPPUNIT_ASSERT(known.find("chat") == nullptr);
        known.remember("chat", shared(2));
        const auto last = shared(3);
        known.remember("chat", last);
        known.remember("other", shared(1));
        CPPUNIT_ASSERT(known.find("chat") == last);
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, known.names());
    }
    void large_groups_are_not_remembered_and_too_many_names_all_go() {
        RedisKnownGroups known;
        known.remember("chat", shared(1));
        known.remember("chat", shared(RedisKnownGroups::k_most_names_a_group + 1));
        CPPUNIT_ASSERT(known.find("chat") == nullptr);
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, known.names());
        const std::size_t groups = RedisKnownGroups::k_most_names / RedisKnownGroups::k_most_names_a_group;
        for (std::size_t i = 0; i < groups; ++i)
            known.remember(std::to_string(i), shared(RedisKnownGroups::k_most_names_a_group));
        CPPUNIT_ASSERT_EQUAL(RedisKnownGroups::k_most_names, known.names());
        known.remember("one more", shared(1));
        CPPUNIT_ASSERT(known.find("0") == nullptr && known.find("one more") != nullptr);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, known.names());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RedisAddresseesTest);

}  // namespace
}  // namespace zanhu::layer
