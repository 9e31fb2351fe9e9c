#include "consumers/relay_options.h"

#include <algorithm>
#include <utility>

#include <zanhu/errors.h>
#include <zanhu/names.h>

#include "consumers/relay.h"

namespace zanhu::consumers {

namespace {

constexpr KeySpec k_relay_keys[] = {
    {.key = "groups",
     .kind = ValueKind::list,
     .default_value = "",
     .help =
         "the groups to join, such as chat_{room}: {username}, {user_id}, {user_group} or a keyword of the "
         "path; who is not logged in is refused when a name needs the user"},
    {.key = "forward",
     .kind = ValueKind::list,
     .default_value = "",
     .help =
         "the events to send to the client, and what of each: chat.message: json (all of it), notify: text "
         "(its `text`), picture: bytes (its `bytes`)"},
    {.key = "on_message",
     .kind = ValueKind::text,
     .default_value = "ignore",
     .help =
         "what becomes of a client's message: ignore, echo, group: NAME (a name as in groups), or channel: "
         "NAME (a general channel, for a worker of the site)"},
    {.key = "event",
     .kind = ValueKind::text,
     .default_value = "chat.message",
     .help = "the type of the event that a client's message becomes"},
    {.key = "who",
     .kind = ValueKind::choice,
     .default_value = "authenticated",
     .help = "whose messages are passed on; another's closes the socket with 1008",
     .choices = "anybody|authenticated|staff|superuser"},
    {.key = "message",
     .kind = ValueKind::text,
     .default_value = "",
     .help =
         "what a client may send: json (an object, whose keys become the event's; the default for group), "
         "text (as the event's `text`), any (text, or `bytes`; the default for channel)"},
    {.key = "channel_full",
     .kind = ValueKind::choice,
     .default_value = "close",
     .help = "when a message is not passed on, as the general channel is full, or Redis is away: close the "
             "socket with 1013, or drop the message",
     .choices = "close|drop"},
    {.key = "layer",
     .kind = ValueKind::text,
     .default_value = "default",
     .help = "the channel layer: NAME of a section [channel_layer.NAME]"},
};

std::string trimmed(std::string_view text) {
    const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back()))
        text.remove_suffix(1);
    return std::string(text);
}

/// `KIND: NAME` in two; the second is empty when there is no colon.
std::pair<std::string, std::string> halves(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return {trimmed(text), {}};
    return {trimmed(text.substr(0, colon)), trimmed(text.substr(colon + 1))};
}

class Reader {
public:
    explicit Reader(const ConfigView& section) : section_(section) {}

    RelayOptions read(const Services& services) {
        options_.layer = section_.text("layer");
        options_.strict = section_.boolean("strict");
        if (!services.has_channel_layer(options_.layer)) {
            fail("layer",
                 "there is no channel layer `" + options_.layer + "`; add the section [channel_layer." +
                     options_.layer + "]");
        }
        for (const std::string& pattern : section_.list("groups"))
            options_.groups.push_back(group("groups", pattern));
        read_on_message();
        read_message();
        for (const std::string& item : section_.list("forward"))
            forward(item);
        return std::move(options_);
    }

private:
    [[noreturn]] void fail(std::string_view key, const std::string& problem) const {
        throw ConfigError(section_.describe(key, problem));
    }

    GroupPattern group(std::string_view key, const std::string& pattern) const {
        try {
            return GroupPattern(pattern);
        } catch (const ConfigError& error) {
            fail(key, error.what());
        }
    }

    void read_on_message() {
        const auto [what, where] = halves(section_.text("on_message"));
        options_.event = section_.text("event");
        if (!is_valid_group_name(options_.event) || !detail::names_event<SharedMessage>(options_.event)) {
            fail("event", "`" + options_.event + "` is no type of an event; write it as chat.message");
        }
        if (what == "group" && !where.empty()) {
            options_.on_message = RelayOptions::OnMessage::group;
            options_.group = group("on_message", where);
        } else if (what == "channel" && is_valid_group_name(where)) {
            options_.on_message = RelayOptions::OnMessage::channel;
            options_.channel = where;
            options_.handlers.on<&RelayConsumer::reply_send>("websocket.send")
                .on<&RelayConsumer::reply_close>("websocket.close");
        } else if (what == "echo" && where.empty()) {
            options_.on_message = RelayOptions::OnMessage::echo;
        } else if (what != "ignore" || !where.empty()) {
            fail("on_message",
                 "`" + section_.text("on_message") +
                     "` is not understood; write ignore, echo, group: NAME, or channel: NAME");
        }
    }

    void read_message() {
        static constexpr std::pair<std::string_view, RelayOptions::Who> k_who[] = {
            {"anybody", RelayOptions::Who::anybody},
            {"authenticated", RelayOptions::Who::authenticated},
            {"staff", RelayOptions::Who::staff},
            {"superuser", RelayOptions::Who::superuser}};
        for (const auto& [word, who] : k_who) {
            if (word == section_.text("who")) options_.who = who;
        }
        options_.close_when_full = section_.text("channel_full") == "close";
        const std::string& takes = section_.text("message");
        const bool to_channel = options_.on_message == RelayOptions::OnMessage::channel;
        if (takes == "json" || (takes.empty() && !to_channel)) {
            options_.takes = RelayOptions::Takes::json;
        } else if (takes == "any" || takes.empty()) {
            options_.takes = RelayOptions::Takes::any;
        } else if (takes == "text") {
            options_.takes = RelayOptions::Takes::text;
        } else {
            fail("message", "`" + takes + "` is not understood; write json, text or any");
        }
    }

    void forward(const std::string& item) {
        const auto [type, what] = halves(item);
        if (!is_valid_group_name(type) || !detail::names_event<SharedMessage>(type)) {
            fail("forward", "`" + item + "` names no type of an event; write it as chat.message: json");
        }
        if (options_.handlers.find(type) != nullptr) {
            fail("forward", "`" + type + "` is handled twice; remove it once");
        }
        if (what == "json") {
            const bool bytes_come = options_.on_message == RelayOptions::OnMessage::group &&
                                    options_.takes == RelayOptions::Takes::any && type == options_.event;
            if (bytes_come) {
                fail("forward",
                     "`" + type + "` may hold bytes, which JSON cannot carry; set `message` to json or text");
            }
            options_.handlers.forward(type);
        } else if (what == "text") {
            options_.handlers.on_type<&RelayConsumer::forward_text>(type);
        } else if (what == "bytes") {
            options_.handlers.on_type<&RelayConsumer::forward_bytes>(type);
        } else {
            fail("forward",
                 "`" + item + "` does not say what to send; write " + type + ": json, text or bytes");
        }
    }

    const ConfigView& section_;
    RelayOptions options_;
};

}  // namespace

std::span<const KeySpec> RelayOptions::keys() {
    static const std::vector<KeySpec> keys = [] {
        std::vector<KeySpec> all(std::begin(k_relay_keys), std::end(k_relay_keys));
        all.insert(all.end(), consumer_keys().begin(), consumer_keys().end());
        return all;
    }();
    return keys;
}

bool RelayOptions::needs_user() const noexcept {
    const bool passes_on = on_message == OnMessage::group || on_message == OnMessage::channel;
    return std::ranges::any_of(groups, &GroupPattern::needs_user) || (group && group->needs_user()) ||
           (passes_on && who != Who::anybody);
}

RelayOptions RelayOptions::from(const ConfigView& section, const Services& services) {
    return Reader(section).read(services);
}

}  // namespace zanhu::consumers
