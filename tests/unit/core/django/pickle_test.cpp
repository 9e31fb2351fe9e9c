#include "core/django/pickle.h"

#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace {

using namespace zanhu;
using namespace zanhu::django;

/// {"_auth_user_id": "7", "_auth_user_backend": ..., "_auth_user_hash": "00000000"}, written by Django's
/// cache.
constexpr std::string_view k_session =
    "80059577000000000000007d94288c0d5f617574685f757365725f6964948c0137948c125f617574685f757365725f6261636b65"
    "6e64948c29"
    "646a616e676f2e636f6e747269622e617574682e6261636b656e64732e4d6f64656c4261636b656e64948c0f5f617574685f7573"
    "65725f6861"
    "7368948c08303030303030303094752e";

/// One map with everything that the reader knows, and a datetime, a Decimal, and a key that is a tuple, which
/// it does not, by protocol.
constexpr std::string_view k_everything[] = {
    // protocol 2
    "80027d71002858010000007371015805000000c3a9e5bca071025801000000627103635f636f646563730a656e636f64"
    "650a7104580300000000c3bf710558060000006c6174696e31710686710752710858010000006971095d710a284b004b"
    "ff4dffff4affffffff8a0500000080008a05ffffff7fff8a08ffffffffffffff7f8a0800000000000000808a09000000"
    "00000000800065580100000066710b473ff800000000000058010000006e710c4e580100000074710d88580100000075"
    "710e29580100000076710f4b018571105801000000777111284b014b024b034b0474711258030000007365747113635f"
    "5f6275696c74696e5f5f0a7365740a71145d71154b0161857116527117580200000066737118635f5f6275696c74696e"
    "5f5f0a66726f7a656e7365740a71195d711a4b026185711b52711c580100000064711d7d711e580100000078711f7d71"
    "2058010000007971215d712273734b0758010000006b7123681058040000006c6f7374712458040000007768656e7125"
    "636461746574696d650a6461746574696d650a71266804580b00000007c3aa0101000000000000712768068671285271"
    "2985712a52712b5803000000646563712c63646563696d616c0a446563696d616c0a712d5803000000312e35712e8571"
    "2f52713058040000006c6f6e677131582c01000078787878787878787878787878787878787878787878787878787878"
    "787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878"
    "787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878"
    "787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878"
    "787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878"
    "787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878"
    "78787878787878787878787878787878787878787878787878787878787878787132752e",
    // protocol 3
    "80037d71002858010000007371015805000000c3a9e5bca071025801000000627103430200ff71045801000000697105"
    "5d7106284b004bff4dffff4affffffff8a0500000080008a05ffffff7fff8a08ffffffffffffff7f8a08000000000000"
    "00808a09000000000000008000655801000000667107473ff800000000000058010000006e71084e5801000000747109"
    "88580100000075710a29580100000076710b4b0185710c580100000077710d284b014b024b034b0474710e5803000000"
    "736574710f636275696c74696e730a7365740a71105d71114b0161857112527113580200000066737114636275696c74"
    "696e730a66726f7a656e7365740a71155d71164b026185711752711858010000006471197d711a580100000078711b7d"
    "711c580100000079711d5d711e73734b0758010000006b711f680c58040000006c6f7374712058040000007768656e71"
    "21636461746574696d650a6461746574696d650a7122430a07ea01010000000000007123857124527125580300000064"
    "6563712663646563696d616c0a446563696d616c0a71275803000000312e35712885712952712a58040000006c6f6e67"
    "712b582c0100007878787878787878787878787878787878787878787878787878787878787878787878787878787878"
    "787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878"
    "787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878"
    "787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878"
    "787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878"
    "787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878"
    "78787878787878787878787878787878787878712c752e",
    // protocol 4
    "80049556020000000000007d94288c0173948c05c3a9e5bca0948c016294430200ff948c0169945d94284b004bff4dff"
    "ff4affffffff8a0500000080008a05ffffff7fff8a08ffffffffffffff7f8a0800000000000000808a09000000000000"
    "008000658c016694473ff80000000000008c016e944e8c017494888c017594298c0176944b0185948c017794284b014b"
    "024b034b0474948c03736574948f94284b01908c02667394284b0291948c0164947d948c0178947d948c0179945d9473"
    "734b078c016b94680c8c046c6f7374948c047768656e948c086461746574696d65948c086461746574696d6594939443"
    "0a07ea010100000000000094859452948c03646563948c07646563696d616c948c07446563696d616c9493948c03312e"
    "3594859452948c046c6f6e6794582c010000787878787878787878787878787878787878787878787878787878787878"
    "787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878"
    "787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878"
    "787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878"
    "787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878"
    "787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878"
    "78787878787878787878787878787878787878787878787878787878787894752e",
    // protocol 5
    "80059556020000000000007d94288c0173948c05c3a9e5bca0948c016294430200ff948c0169945d94284b004bff4dff"
    "ff4affffffff8a0500000080008a05ffffff7fff8a08ffffffffffffff7f8a0800000000000000808a09000000000000"
    "008000658c016694473ff80000000000008c016e944e8c017494888c017594298c0176944b0185948c017794284b014b"
    "024b034b0474948c03736574948f94284b01908c02667394284b0291948c0164947d948c0178947d948c0179945d9473"
    "734b078c016b94680c8c046c6f7374948c047768656e948c086461746574696d65948c086461746574696d6594939443"
    "0a07ea010100000000000094859452948c03646563948c07646563696d616c948c07446563696d616c9493948c03312e"
    "3594859452948c046c6f6e6794582c010000787878787878787878787878787878787878787878787878787878787878"
    "787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878"
    "787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878"
    "787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878"
    "787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878"
    "787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878"
    "78787878787878787878787878787878787878787878787878787878787894752e",
};

constexpr std::string_view k_list_in_itself = "80059506000000000000005d946800612e";

std::string bytes_of(std::string_view hex) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
    return bytes;
}

class PickleTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(PickleTest);
    CPPUNIT_TEST(the_session_of_a_cache_is_read);
    CPPUNIT_TEST(every_protocol_gives_the_same_value);
    CPPUNIT_TEST(what_is_cut_anywhere_is_no_pickle);
    CPPUNIT_TEST(wrong_programs_are_refused);
    CPPUNIT_TEST(nothing_grows_beyond_the_limits);
    CPPUNIT_TEST_SUITE_END();

    void the_session_of_a_cache_is_read() {
        const auto value = read_pickle(bytes_of(k_session));
        const ValueMap& map = *value->as<ValueMap>();
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, map.size());
        CPPUNIT_ASSERT_EQUAL(std::string("7"), *map.find_text("_auth_user_id"));
        CPPUNIT_ASSERT_EQUAL(std::string("00000000"), *map.find_text("_auth_user_hash"));
    }

    void every_protocol_gives_the_same_value() {
        for (const std::string_view hex : k_everything) {
            const auto value = read_pickle(bytes_of(hex));
            CPPUNIT_ASSERT(value.has_value());
            const ValueMap& map = *value->as<ValueMap>();
            CPPUNIT_ASSERT_EQUAL(std::string("é张"), *map.find_text("s"));
            constexpr auto least = std::numeric_limits<std::int64_t>::min();
            constexpr auto most = std::numeric_limits<std::int64_t>::max();
            const ValueList numbers = {
                0, 255, 65535, -1, std::int64_t{1} << 31, -(std::int64_t{1} << 31) - 1, most, least, Value()};
            CPPUNIT_ASSERT(*map.find("i") == Value(numbers));
            CPPUNIT_ASSERT(*map.find("f") == Value(1.5) && *map.find("n") == Value() &&
                           *map.find("t") == Value(true));
            CPPUNIT_ASSERT(*map.find("u") == Value(ValueList()) && *map.find("v") == Value(ValueList{1}));
            CPPUNIT_ASSERT(*map.find("w") == Value(ValueList{1, 2, 3, 4}));
            const ValueMap inner = ValueMap().set("x", ValueMap().set("y", ValueList()));
            CPPUNIT_ASSERT(*map.find("d") == Value(inner));
            CPPUNIT_ASSERT_EQUAL(std::string("k"), *map.find_text("7"));
            CPPUNIT_ASSERT_EQUAL(std::string(300, 'x'), *map.find_text("long"));
            CPPUNIT_ASSERT(map.find("when")->is_nil() && map.find("dec")->is_nil());
        }
        // Protocol 2 has no bytes and no sets of its own: Python would have to call something.
        for (std::size_t protocol : {1, 2, 3}) {
            const ValueMap map = *read_pickle(bytes_of(k_everything[protocol]))->as<ValueMap>();
            CPPUNIT_ASSERT(*map.find("b") == Value(Bytes(std::string("\0\xff", 2))));
        }
        for (std::size_t protocol : {2, 3}) {
            const ValueMap map = *read_pickle(bytes_of(k_everything[protocol]))->as<ValueMap>();
            CPPUNIT_ASSERT(*map.find("set") == Value(ValueList{1}) && *map.find("fs") == Value(ValueList{2}));
        }
    }

    void what_is_cut_anywhere_is_no_pickle() {
        for (const std::string_view hex : k_everything) {
            const std::string whole = bytes_of(hex);
            for (std::size_t size = 0; size < whole.size(); ++size)
                CPPUNIT_ASSERT(!read_pickle(std::string_view(whole).substr(0, size)));
        }
    }

    void wrong_programs_are_refused() {
        for (const char* hex : {
                 "",              // nothing
                 "2e",            // STOP with nothing on the stack
                 "80064e2e",      // a protocol of the future
                 "4e4e2e",        // two results
                 "284e2e",        // an open mark
                 "75",            // SETITEMS without a mark
                 "302e",          // POP of nothing
                 "28302e",        // POP of a mark
                 "7d284e752e",    // a key without a value
                 "68002e",        // a memo that was never written
                 "94",            // MEMOIZE of nothing
                 "58ffffffff41",  // a text longer than the pickle
                 "8dffffffffffffffff41",
                 "636f730a73797374656d",  // GLOBAL cut in its line
                 "51",                    // BINPERSID
                 "49310a2e",              // protocol 0
             }) {
            CPPUNIT_ASSERT_MESSAGE(hex, !read_pickle(bytes_of(hex)));
        }
    }

    void nothing_grows_beyond_the_limits() {
        CPPUNIT_ASSERT(!read_pickle(bytes_of(k_list_in_itself)));
        const std::string deep = std::string(100, ']') + std::string(99, 'a') + ".";
        CPPUNIT_ASSERT(!read_pickle(deep));
        PickleLimits limits;
        limits.depth = 101;
        CPPUNIT_ASSERT(read_pickle(deep, limits));
        // Thirty lists that each hold the one before twice.
        std::string doubling = "]\x94";
        for (char level = 0; level < 30; ++level) {
            const std::string before(1, level);
            doubling += "]\x94(h" + before + "h" + before + "e";
        }
        CPPUNIT_ASSERT(!read_pickle(doubling + "."));
        // A text of a kilobyte, five thousand times.
        std::string repeated = std::string("](X\0\x04\0\0", 7) + std::string(1024, 'x') + "q";
        repeated += '\0';
        for (int i = 0; i < 5000; ++i)
            repeated += std::string("h\0", 2);
        CPPUNIT_ASSERT(!read_pickle(repeated + "e."));
        limits.bytes = 16;
        CPPUNIT_ASSERT(!read_pickle(bytes_of(k_session), limits));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PickleTest);

}  // namespace
