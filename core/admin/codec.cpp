#include "core/admin/codec.h"

#include <utility>

#include <zanhu/errors.h>
#include <zanhu/value.h>

#include "core/admin/fields.h"
#include "core/admin/names.h"

namespace zanhu::admin {

namespace {

ValueMap start(const char* key, const char* what) {
    ValueMap map;
    map.set("version", k_protocol_version).set(key, what);
    return map;
}

/// Adds the fields of each kind of message to its line.
struct Encoder {
    ValueMap operator()(const Ping&) const { return start("request", "ping"); }
    ValueMap operator()(const StatusQuery&) const { return start("request", "status"); }
    ValueMap operator()(const Broadcast& broadcast) const {
        ValueMap map = start("request", "broadcast");
        map.set("text", broadcast.text);
        if (!broadcast.group.empty()) map.set("group", broadcast.group);
        if (!broadcast.user.empty()) map.set("user", broadcast.user);
        return map;
    }
    ValueMap operator()(const UserChanged& changed) const {
        ValueMap map = start("request", "user_changed");
        map.set("user_id", changed.user_id)
            .set("username", changed.username)
            .set("what", name_of(changed.what));
        return map;
    }
    ValueMap operator()(const Pong&) const { return start("reply", "pong"); }
    ValueMap operator()(const Reached& reached) const {
        ValueMap map = start("reply", "reached");
        map.set("connections", reached.connections);
        return map;
    }
    ValueMap operator()(const Closed& closed) const {
        ValueMap map = start("reply", "closed");
        map.set("sockets", closed.sockets);
        return map;
    }
    ValueMap operator()(const Status& status) const {
        ValueMap counters;
        for (const auto& [name, value] : status.counters)
            counters.set(name, value);
        ValueMap map = start("reply", "status");
        map.set("daemon_version", status.daemon_version)
            .set("pid", status.pid)
            .set("uptime_seconds", status.uptime_seconds)
            .set("connections", status.connections)
            .set("websockets", status.websockets)
            .set("draining", status.draining)
            .set("counters", std::move(counters));
        return map;
    }
    ValueMap operator()(const Refusal& refusal) const {
        ValueMap map = start("reply", "refused");
        map.set("why", name_of(refusal.why)).set("message", refusal.message);
        return map;
    }
};

template <class Message>
std::string encode_line(const Message& message) {
    std::string line = to_json(std::visit(Encoder(), message));
    line += '\n';
    return line;
}

Request decode_broadcast(Fields& fields) {
    Broadcast broadcast(fields.text("text"));
    if (broadcast.text.empty()) throw BadLine("the text of the broadcast is empty");
    if (broadcast.text.size() > k_max_text) {
        throw BadLine("the text of the broadcast has " + std::to_string(broadcast.text.size()) +
                      " bytes, and " + std::to_string(k_max_text) + " are the most; shorten it");
    }
    broadcast.group = fields.optional_text("group");
    broadcast.user = fields.optional_text("user");
    if (!broadcast.group.empty() && !broadcast.user.empty()) {
        throw BadLine("a broadcast goes to a group or to a user, not to both; leave one out");
    }
    return broadcast;
}

Request decode_user_changed(Fields& fields) {
    UserChanged changed;
    changed.user_id = fields.text("user_id");
    changed.username = fields.text("username");
    if (changed.user_id.empty()) throw BadLine("the field 'user_id' is empty");
    const std::string what = fields.text("what");
    const auto change = change_of(what);
    if (!change) throw BadLine("'" + what + "' is no change of a user; use disabled, deleted or password");
    changed.what = *change;
    return changed;
}

Request decode_fields(const std::string& request, Fields& fields) {
    if (request == "ping") return Ping();
    if (request == "status") return StatusQuery();
    if (request == "broadcast") return decode_broadcast(fields);
    if (request == "user_changed") return decode_user_changed(fields);
    throw BadLine("there is no request '" + request + "'; use ping, status, broadcast or user_changed");
}

Status decode_status(Fields& fields) {
    Status status;
    status.daemon_version = fields.text("daemon_version");
    status.pid = fields.number("pid");
    status.uptime_seconds = fields.number("uptime_seconds");
    status.connections = fields.number("connections");
    status.websockets = fields.number("websockets");
    status.draining = fields.boolean("draining");
    const ValueMap& map = fields.map("counters");
    Fields counters(map);
    for (const auto& [name, value] : map)
        status.counters[name] = counters.number(name);
    return status;
}

Refusal decode_refusal(Fields& fields) {
    const std::string why = fields.text("why");
    const auto failure = failure_of(why);
    if (!failure) throw BadLine("there is no failure '" + why + "'");
    return Refusal(*failure, fields.text("message"));
}

Reply decode_fields_of_reply(const std::string& reply, Fields& fields) {
    if (reply == "pong") return Pong();
    if (reply == "reached") return Reached(fields.number("connections"));
    if (reply == "closed") return Closed(fields.number("sockets"));
    if (reply == "status") return decode_status(fields);
    if (reply == "refused") return decode_refusal(fields);
    throw BadLine("there is no reply '" + reply + "'");
}

/// The object of a line. Throws BadLine.
ValueMap object_of(std::string_view line) {
    if (line.size() > k_max_line) {
        throw BadLine("the line is longer than " + std::to_string(k_max_line) + " bytes");
    }
    const std::optional<Value> value = parse_json(line);
    if (!value) throw BadLine("the line is not JSON in UTF-8");
    const ValueMap* map = value->as<ValueMap>();
    if (map == nullptr) throw BadLine("the line is not a JSON object");
    return *map;
}

}  // namespace

std::string encode(const Request& request) {
    return encode_line(request);
}

std::string encode(const Reply& reply) {
    return encode_line(reply);
}

std::variant<Request, Refusal> decode_request(std::string_view line) {
    try {
        const ValueMap map = object_of(line);
        Fields fields(map);
        if (const std::int64_t version = fields.number("version"); version != k_protocol_version) {
            return Refusal(Failure::unsupported_version,
                           "this daemon speaks version " + std::to_string(k_protocol_version) +
                               " of the admin protocol, the request is of version " +
                               std::to_string(version) +
                               ": use the zanhu-admin that was installed with the daemon");
        }
        Request request = decode_fields(fields.text("request"), fields);
        fields.finish();
        return request;
    } catch (const BadLine& problem) {
        return Refusal(Failure::bad_request, problem.what());
    }
}

Reply decode_reply(std::string_view line) {
    try {
        const ValueMap map = object_of(line);
        Fields fields(map);
        if (fields.number("version") != k_protocol_version) throw BadLine("it is of another version");
        Reply reply = decode_fields_of_reply(fields.text("reply"), fields);
        fields.finish();
        return reply;
    } catch (const BadLine& problem) {
        throw Error("the answer of the daemon is not understood (" + std::string(problem.what()) +
                    "): use the zanhu-admin that was installed with the daemon");
    }
}

}  // namespace zanhu::admin
