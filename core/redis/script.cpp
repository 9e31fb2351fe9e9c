#include "core/redis/script.h"

#include <utility>

#include <zanhu/errors.h>

#include "core/django/crypto.h"
#include "core/redis/command.h"

namespace zanhu::redis {

namespace {

std::string encode_call(const char* name,
                        const std::string& script,
                        const std::vector<std::string>& keys,
                        const std::vector<std::string>& arguments) {
    std::vector<std::string> words;
    words.reserve(3 + keys.size() + arguments.size());
    words.emplace_back(name);
    words.push_back(script);
    words.push_back(std::to_string(keys.size()));
    words.insert(words.end(), keys.begin(), keys.end());
    words.insert(words.end(), arguments.begin(), arguments.end());
    return encode(words);
}

}  // namespace

Script::Script(std::string text)
    : text_(std::move(text)), hash_(django::to_hex(django::digest(django::Digest::sha1, text_))) {}

std::string Script::command(const std::vector<std::string>& keys,
                            const std::vector<std::string>& arguments) const {
    return encode_call("EVALSHA", hash_, keys, arguments);
}

std::string Script::full_command(const std::vector<std::string>& keys,
                                 const std::vector<std::string>& arguments) const {
    return encode_call("EVAL", text_, keys, arguments);
}

Task<Reply> Script::run(Connection& connection,
                        std::vector<std::string> keys,
                        std::vector<std::string> arguments) const {
    Call known(connection, command(keys, arguments));
    Reply reply = co_await known;
    if (is_unknown(reply)) co_return co_await connection.call(full_command(keys, arguments));
    if (reply.is_error()) throw Error("Redis refused a script: " + reply.text());
    co_return reply;
}

}  // namespace zanhu::redis
