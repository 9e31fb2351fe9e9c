#include "web/static_handler.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include "tests/application/web/browser.h"
#include "web/static_files.h"

namespace zanhu::web_test {
namespace {

class StaticHandlerTest : public CPPUNIT_NS::TestFixture, private SiteFixture {
    CPPUNIT_TEST_SUITE(StaticHandlerTest);
    CPPUNIT_TEST(every_file_but_the_templates_is_served_as_it_is);
    CPPUNIT_TEST(a_browser_that_has_the_file_gets_304);
    CPPUNIT_TEST(files_have_different_tags);
    CPPUNIT_TEST(the_icon_is_where_browsers_look_for_it);
    CPPUNIT_TEST_SUITE_END();

public:
    void every_file_but_the_templates_is_served_as_it_is() {
        for (const web::StaticFile& file : web::static_files()) {
            const std::string name(file.name);
            const HttpResponse response = bob->get("/static/" + name);
            if (name.ends_with(".html")) {
                CPPUNIT_ASSERT_EQUAL_MESSAGE(name, 404, response.status);
                continue;
            }
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name, 200, response.status);
            CPPUNIT_ASSERT_MESSAGE(name, file.bytes == response.body);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name, std::string("no-cache"), response.header("cache-control"));
            CPPUNIT_ASSERT_MESSAGE(name, response.header("content-type") != "application/octet-stream");
        }
        CPPUNIT_ASSERT_EQUAL(std::string("text/javascript; charset=utf-8"),
                             bob->get("/static/zanhu.js").header("content-type"));
        CPPUNIT_ASSERT_EQUAL(std::string("text/css; charset=utf-8"),
                             bob->get("/static/zanhu.css").header("content-type"));
        CPPUNIT_ASSERT_EQUAL(std::string("image/svg+xml"),
                             bob->get("/static/favicon.svg").header("content-type"));
    }

    void a_browser_that_has_the_file_gets_304() {
        const std::string tag = bob->get("/static/zanhu.js").header("etag");
        CPPUNIT_ASSERT(tag.size() > 2 && tag.front() == '"' && tag.back() == '"');
        const std::pair<std::string, int> cases[] = {{tag, 304},
                                                     {"W/" + tag, 304},
                                                     {"\"other\" , " + tag, 304},
                                                     {"*", 304},
                                                     {"\"other\"", 200},
                                                     {"", 200},
                                                     {tag.substr(1), 200},
                                                     {",,", 200}};
        for (const auto& [known, status] : cases) {
            bob->headers = {{"if-none-match", known}};
            const HttpResponse response = bob->get("/static/zanhu.js");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(known, status, response.status);
            CPPUNIT_ASSERT_EQUAL(tag, response.header("etag"));
            CPPUNIT_ASSERT_EQUAL(status == 304, response.body.empty());
        }
    }

    void files_have_different_tags() {
        CPPUNIT_ASSERT(bob->get("/static/zanhu.js").header("etag") !=
                       bob->get("/static/favicon.svg").header("etag"));
    }

    void the_icon_is_where_browsers_look_for_it() {
        const HttpResponse response = bob->get("/favicon.ico");
        CPPUNIT_ASSERT_EQUAL(302, response.status);
        CPPUNIT_ASSERT_EQUAL(std::string("/static/favicon.svg"), response.header("location"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StaticHandlerTest);

}  // namespace
}  // namespace zanhu::web_test
