#pragma once

#include <zanhu/testing/application_communicator.h>
#include <zanhu/testing/http_communicator.h>
#include <zanhu/testing/test_loop.h>
#include <zanhu/testing/test_services.h>
#include <zanhu/testing/websocket_communicator.h>

namespace zanhu::test {

using namespace zanhu::testing;

}  // namespace zanhu::test
