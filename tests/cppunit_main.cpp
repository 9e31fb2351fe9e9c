// Runs every registered test, or the one suite whose name is the argument; exits with 1 when a test failed.
#include <cppunit/BriefTestProgressListener.h>
#include <cppunit/CompilerOutputter.h>
#include <cppunit/TestResult.h>
#include <cppunit/TestResultCollector.h>
#include <cppunit/TestRunner.h>
#include <cppunit/extensions/TestFactoryRegistry.h>

#include <iostream>
#include <string>

int main(int argc, char** argv) {
    CPPUNIT_NS::TestResult result;
    CPPUNIT_NS::TestResultCollector collector;
    result.addListener(&collector);
    CPPUNIT_NS::BriefTestProgressListener progress;  // names the test that hangs or crashes
    result.addListener(&progress);
    CPPUNIT_NS::TestRunner runner;
    runner.addTest(CPPUNIT_NS::TestFactoryRegistry::getRegistry().makeTest());
    runner.run(result, argc > 1 ? argv[1] : "");  // throws std::invalid_argument for a name that is not there
    CPPUNIT_NS::CompilerOutputter(&collector, std::cerr).write();
    std::cout << collector.runTests() << " tests, " << collector.testFailuresTotal() << " failures\n";
    return collector.runTests() > 0 && collector.wasSuccessful() ? 0 : 1;
}
