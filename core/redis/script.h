#pragma once

#include <string>
#include <vector>

#include <zanhu/task.h>

#include "core/redis/connection.h"

namespace zanhu::redis {

/// A Lua script that Redis knows by its hash after the first time. A constant at namespace scope of the file
/// that uses it, or a member; safe to use from any thread.
class Script {
public:
    explicit Script(std::string text);
    /// The EVALSHA command, for a Call of the caller's own.
    std::string command(const std::vector<std::string>& keys,
                        const std::vector<std::string>& arguments) const;
    /// The same as EVAL, which every server knows.
    std::string full_command(const std::vector<std::string>& keys,
                             const std::vector<std::string>& arguments) const;
    /// That reply to command() means that the full command is needed.
    static bool is_unknown(const Reply& reply) {
        return reply.is_error() && reply.text().starts_with("NOSCRIPT");
    }

    /// Both as needed. Throws BackendUnavailable, and Error for an error of Redis.
    Task<Reply> run(Connection& connection,
                    std::vector<std::string> keys,
                    std::vector<std::string> arguments) const;

private:
    const std::string text_;
    const std::string hash_;
};

}  // namespace zanhu::redis
