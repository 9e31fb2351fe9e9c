#include "core/redis/command.h"

#include <Poco/Redis/Array.h>

namespace zanhu::redis {

std::string encode(const std::vector<std::string>& words) {
    Poco::Redis::Array array;
    array << words;
    return array.toString();
}

}  // namespace zanhu::redis
