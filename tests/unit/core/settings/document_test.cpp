#include "core/settings/document.h"

#include <cppunit/extensions/HelperMacros.h>

#include "tests/unit/core/settings/settings_fixture.h"

namespace zanhu::settings {
namespace {

class DocumentTest : public CPPUNIT_NS::TestFixture {
    CPPUNIT_TEST_SUITE(DocumentTest);
    CPPUNIT_TEST(an_ini_file_keeps_order_lines_and_texts);
    CPPUNIT_TEST(each_slip_in_an_ini_file_is_named_with_its_line);
    CPPUNIT_TEST(all_slips_are_reported_together);
    CPPUNIT_TEST(expansion_reads_the_environment_and_the_file);
    CPPUNIT_TEST(windows_line_ends_and_byte_order_marks_are_read);
    CPPUNIT_TEST(a_json_file_says_the_same);
    CPPUNIT_TEST(each_slip_in_a_json_file_is_named);
    CPPUNIT_TEST(a_file_that_cannot_be_read_is_an_error);
    CPPUNIT_TEST_SUITE_END();

    const Environment environment_{{"PORT", "8123"}};

    std::string slip(const std::string& text, const std::string& file = "f.ini") {
        Problems problems;
        parse_document(file, text, environment_, problems);
        return Poco::cat(std::string("\n"), problems.lines().begin(), problems.lines().end());
    }

    static std::string shown(const Document& document) {
        std::string text;
        for (const auto& entry : document.entries) {
            text += std::to_string(entry.line) + " [" + entry.section + "] " + entry.key + "=" + entry.text +
                    "\n";
        }
        return text;
    }

    void an_ini_file_keeps_order_lines_and_texts() {
        Problems problems;
        const auto document = parse_document("f.ini",
                                             "; a comment\n"
                                             "[route.room]\n"
                                             "path = ws/<slug:room>/\n"
                                             "\n"
                                             "  Empty =\n"
                                             "[ server ]\n"
                                             "  ; another\n"
                                             "regex = ^\\d+=x;y#z$\n",
                                             environment_,
                                             problems);
        CPPUNIT_ASSERT(problems.empty());
        CPPUNIT_ASSERT_EQUAL(std::string("3 [route.room] path=ws/<slug:room>/\n"
                                         "5 [route.room] Empty=\n"
                                         "8 [server] regex=^\\d+=x;y#z$\n"),
                             shown(document));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, document.sections.size());
        CPPUNIT_ASSERT_EQUAL(6, document.sections[1].line);
    }

    void each_slip_in_an_ini_file_is_named_with_its_line() {
        const std::vector<std::pair<std::string, std::string>> cases{
            {"[a]\n# note\n",
             "f.ini:2: a line that starts with `#`; comments start with `;` on a line of their own"},
            {"[a]\nk = 1 ; one\n",
             "f.ini:2: [a] k: a comment behind the value would be part of it; put the comment on a line of "
             "its own "
             "(a value that needs ` ;` or ` #` may come from the environment)"},
            {"[a]\nk = 1\t# one\n",
             "f.ini:2: [a] k: a comment behind the value would be part of it; put the comment on a line of "
             "its own "
             "(a value that needs ` ;` or ` #` may come from the environment)"},
            {"k = 1\n", "f.ini:1: k is outside of a section; put it below a [section] line"},
            {"[a]\n[b]\n[A]\nk = 1\n", "f.ini:3: [A] is there twice, first on line 1; join the two"},
            {"[a]\nk = 1\nK = 2\n", "f.ini:3: [a] K: is there twice, first on line 2; remove one of the two"},
            {"[a\nk = 1\n", "f.ini:1: `[a` has no closing bracket; write [a]"},
            {"[]\n", "f.ini:1: a section without a name; write [section]"},
            {"[a] k = 1\n", "f.ini:1: text behind [a]; put it, comments too, on a line of its own"},
            {"[a]\nword\n", "f.ini:2: `word` has no `=`; write key = value, all on one line"},
            {"[a]\n = 1\n", "f.ini:2: a value without a key; write key = value"},
            {"[a]\nk = \xC3\x28\n", "f.ini:2: bytes that are not UTF-8; save the file as UTF-8"},
            {"[a]\n[\xC3\x28]\nk = 1\n", "f.ini:2: bytes that are not UTF-8; save the file as UTF-8"},
            {"[a]\nk = \x01\n", "f.ini:2: a control character; remove it"},
            {"[a]\nk = ${system.env.NOPE}\n",
             "f.ini:2: [a] k: `${system.env.NOPE}` names nothing; set that variable in the daemon's "
             "environment"},
            {"[a]\nk = x${nope}y\n",
             "f.ini:2: [a] k: `${nope}` names nothing; use ${system.env.NAME} for a variable, or "
             "${section.key} for a "
             "key of this file"},
            {"[a]\nk = ${system.env.PORT\n",
             "f.ini:2: [a] k: a `${` without its `}`; close it, or give the value in the environment"},
            {"[a]\nk = ${a.k}\n", "f.ini:2: [a] k: refers to itself; write the value out"},
        };
        for (const auto& [text, expected] : cases)
            CPPUNIT_ASSERT_EQUAL(expected, slip(text));
    }

    void all_slips_are_reported_together() {
        const auto text = slip("# one\n[a]\nword\nk = ${nope}\n");
        for (const auto* place : {"f.ini:1: ", "f.ini:3: ", "f.ini:4: "})
            CPPUNIT_ASSERT_MESSAGE(text, text.find(place) != std::string::npos);
    }

    void expansion_reads_the_environment_and_the_file() {
        Problems problems;
        const auto document = parse_document(
            "f.ini", "[a]\nhost = ::1\nk = [${a.host}]:${system.env.PORT}\n", environment_, problems);
        CPPUNIT_ASSERT(problems.empty());
        CPPUNIT_ASSERT_EQUAL(std::string("[::1]:8123"), document.entries.at(1).text);
    }

    void windows_line_ends_and_byte_order_marks_are_read() {
        Problems problems;
        const auto document =
            parse_document("f.ini", "\xEF\xBB\xBF[a]\r\nk = 赞乎\r\n\r\n; c\r\n", environment_, problems);
        CPPUNIT_ASSERT(problems.empty());
        CPPUNIT_ASSERT_EQUAL(std::string("2 [a] k=赞乎\n"), shown(document));
    }

    void a_json_file_says_the_same() {
        Problems problems;
        const auto document =
            parse_document("f.JSON",
                           R"({"server": {"listen": ["a:1", "b:${system.env.PORT}"], "loops": 3,
                                                            "flag": true, "none": []},
                                                 "route": {"room": {"path": "x"}}, "route.b": {"path": "y"},
                                                 "e": {}})",
                           environment_,
                           problems);
        CPPUNIT_ASSERT(problems.empty());
        CPPUNIT_ASSERT_EQUAL(
            std::string("0 [server] listen=a:1, b:8123\n0 [server] loops=3\n0 [server] flag=true\n"
                        "0 [server] none=\n0 [route.room] path=x\n0 [route.b] path=y\n"),
            shown(document));
        std::vector<std::string> names;
        for (const auto& section : document.sections)
            names.push_back(section.name);
        CPPUNIT_ASSERT((std::vector<std::string>{"server", "route.room", "route.b", "e"} == names));
    }

    void each_slip_in_a_json_file_is_named() {
        const std::string kinds =
            ": neither a text, a number, true or false, nor a list of texts without commas; write it as one "
            "of these";
        const std::vector<std::pair<std::string, std::string>> cases{
            {"[1]", "f.json: is not a JSON object; write {\"server\": {\"listen\": ...}}"},
            {R"({"a": 1})", "f.json: a is outside of a section; put it into an object"},
            {R"({"a": {"k": 1, "k": 2}})", "f.json: `k` is there twice in one object; remove one of the two"},
            {R"({"a": {"k": null}})", "f.json: [a] k" + kinds},
            {R"({"a": {"k": ["x,y"]}})", "f.json: [a] k" + kinds},
            {R"({"a": {"k": [[1]]}})", "f.json: [a] k" + kinds},
        };
        for (const auto& [text, expected] : cases)
            CPPUNIT_ASSERT_EQUAL(expected, slip(text, "f.json"));
        for (const auto* broken : {"", "{", "{\"a\": }", "nonsense", "{\"a\": {}} x"}) {
            const auto text = slip(broken, "f.json");
            CPPUNIT_ASSERT_MESSAGE(broken, text.starts_with("f.json: is not"));
        }
    }

    void a_file_that_cannot_be_read_is_an_error() {
        const auto problem = [&](const std::string& file) {
            Problems problems;
            read_document(file, environment_, problems);
            return problems.lines().at(0);
        };
        CPPUNIT_ASSERT_EQUAL(
            std::string("/nowhere/f.ini: cannot be read (No such file or directory); check the path and "
                        "the permissions"),
            problem("/nowhere/f.ini"));
        CPPUNIT_ASSERT_EQUAL(std::string("/tmp: is a directory; name a file"), problem("/tmp"));
        const testing::ConfigFile large(std::string(1024 * 1024 + 1, ';'));
        CPPUNIT_ASSERT_EQUAL(large.path() + ": is larger than 1MiB; name the configuration file, not another",
                             problem(large.path()));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DocumentTest);

}  // namespace
}  // namespace zanhu::settings
