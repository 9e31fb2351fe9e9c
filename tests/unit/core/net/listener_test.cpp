#include "core/net/listener.h"

#include <Poco/TemporaryFile.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include <zanhu/errors.h>

#include "core/base/metrics.h"
#include "tests/unit/loop_thread.h"
#include "tests/unit/socket_peer.h"

namespace zanhu::net {
namespace {

using test::LoopThread;
using test::SocketPeer;

/// Listening descriptors, closed with the object.
class Listening {
public:
    Listening(const Address& address, std::size_t count) : descriptors(listen_on(address, count)) {}
    ~Listening() {
        for (const int descriptor : descriptors)
            ::close(descriptor);
    }
    Address bound() const { return Address::of_socket(descriptors.front()); }
    int take() {
        const int descriptor = descriptors.back();
        descriptors.pop_back();
        return descriptor;
    }
    std::vector<int> descriptors;
};

int connect_to(const Address& address) {
    const int descriptor = ::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(descriptor, address.data(), address.size()) == 0) return descriptor;
    ::close(descriptor);
    return -1;
}

bool exists(const std::string& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0;
}

class ListenerTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(ListenerTest);
    CPPUNIT_TEST(every_loop_gets_a_descriptor_on_one_port);
    CPPUNIT_TEST(an_address_that_is_taken_is_refused_with_the_remedy);
    CPPUNIT_TEST(a_second_set_is_not_let_in_by_sharing);
    CPPUNIT_TEST(a_stale_unix_socket_is_replaced_and_a_living_one_is_not);
    CPPUNIT_TEST(a_file_that_is_no_socket_is_left_alone);
    CPPUNIT_TEST(ipv6_works_alike);
    CPPUNIT_TEST(a_listener_hands_every_connection_over);
    CPPUNIT_TEST(a_connection_that_cannot_be_served_is_closed_and_the_next_one_is);
    CPPUNIT_TEST_SUITE_END();

public:
    void every_loop_gets_a_descriptor_on_one_port() {
        const Listening listening(Address::parse("127.0.0.1:0"), 3);
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), listening.descriptors.size());
        for (const int descriptor : listening.descriptors) {
            CPPUNIT_ASSERT_EQUAL(listening.bound().to_string(), Address::of_socket(descriptor).to_string());
        }
        SocketPeer peer(connect_to(listening.bound()));
        CPPUNIT_ASSERT(listening.bound().endpoint().port != 0);
    }

    void an_address_that_is_taken_is_refused_with_the_remedy() {
        const Listening first(Address::parse("127.0.0.1:0"), 1);
        CPPUNIT_ASSERT(refusal_of(first.bound()).find("another process listens there") != std::string::npos);
        CPPUNIT_ASSERT(refusal_of(first.bound()).find(first.bound().to_string()) != std::string::npos);
        CPPUNIT_ASSERT(refusal_of(Address::parse("192.0.2.1:0")).find("no interface") != std::string::npos);
    }

    void a_second_set_is_not_let_in_by_sharing() {
        const Listening first(Address::parse("127.0.0.1:0"), 2);
        CPPUNIT_ASSERT(!refusal_of(first.bound()).empty());
    }

    void a_stale_unix_socket_is_replaced_and_a_living_one_is_not() {
        const std::string path = Poco::TemporaryFile::tempName() + ".sock";
        const Address address = Address::unix_socket(path);
        {
            const Listening living(address, 4);
            CPPUNIT_ASSERT_EQUAL(std::size_t(1), living.descriptors.size());
            CPPUNIT_ASSERT(!refusal_of(address).empty());
            CPPUNIT_ASSERT(exists(path));
        }
        CPPUNIT_ASSERT(exists(path));
        {
            const Listening again(address, 1);
            SocketPeer peer(connect_to(address));
            peer.close();
        }
        ::unlink(path.c_str());
    }

    void a_file_that_is_no_socket_is_left_alone() {
        const std::string path = Poco::TemporaryFile::tempName() + ".txt";
        std::ofstream(path) << "precious";
        CPPUNIT_ASSERT(!refusal_of(Address::unix_socket(path)).empty());
        std::string text;
        std::ifstream(path) >> text;
        CPPUNIT_ASSERT_EQUAL(std::string("precious"), text);
        ::unlink(path.c_str());
    }

    void ipv6_works_alike() {
        const int probe = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const Address any = Address::parse("[::1]:0");
        const bool there = probe >= 0 && ::bind(probe, any.data(), any.size()) == 0;
        if (probe >= 0) ::close(probe);
        if (!there) return;  // this machine has no IPv6
        const Listening listening(any, 2);
        SocketPeer peer(connect_to(listening.bound()));
        CPPUNIT_ASSERT(listening.bound().to_string().starts_with("[::1]:"));
    }

    void a_listener_hands_every_connection_over() {
        constexpr int k_clients = 150;  // more than one turn accepts
        Listening listening(Address::parse("127.0.0.1:0"), 1);
        const Address address = listening.bound();
        const int descriptor = listening.take();
        std::vector<SocketPeer> accepted;
        LoopThread home;
        std::unique_ptr<Listener> listener;
        home.call([&] {
            listener = std::make_unique<Listener>(home.loop, descriptor, [&accepted](Descriptor client) {
                accepted.emplace_back(client.release());
            });
        });
        std::vector<SocketPeer> clients;
        for (int i = 0; i < k_clients; ++i)
            clients.emplace_back(connect_to(address));
        home.eventually([&accepted] { return accepted.size() == k_clients; });
        home.call([&] { listener.reset(); });
        CPPUNIT_ASSERT_EQUAL(-1, connect_to(address));
    }

    void a_connection_that_cannot_be_served_is_closed_and_the_next_one_is() {
        Listening listening(Address::parse("127.0.0.1:0"), 1);
        const Address address = listening.bound();
        const int descriptor = listening.take();
        int calls = 0;
        std::vector<SocketPeer> accepted;
        LoopThread home;
        std::unique_ptr<Listener> listener;
        home.call([&] {
            listener = std::make_unique<Listener>(home.loop, descriptor, [&](Descriptor client) {
                if (++calls == 1) throw std::bad_alloc();
                accepted.emplace_back(client.release());
            });
        });
        const auto before = failures();
        SocketPeer unlucky(connect_to(address));
        CPPUNIT_ASSERT(unlucky.read_to_end().empty());
        const SocketPeer lucky(connect_to(address));
        home.eventually([&accepted] { return accepted.size() == 1; });
        CPPUNIT_ASSERT_EQUAL(before + 1, failures());
        home.call([&] { listener.reset(); });
    }

private:
    static std::int64_t failures() {
        for (const Metric* metric : all_metrics()) {
            if (metric->name() == "accept_failed_total") return metric->value();
        }
        return -1;
    }
    static std::string refusal_of(const Address& address) {
        try {
            const Listening listening(address, 2);
        } catch (const ConfigError& error) {
            return error.what();
        }
        return {};
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ListenerTest);

}  // namespace
}  // namespace zanhu::net
