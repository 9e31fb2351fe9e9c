#include <Poco/DigestEngine.h>
#include <Poco/SHA2Engine.h>

#include <algorithm>
#include <cassert>

#include <zanhu/names.h>

namespace zanhu {

namespace {

constexpr std::size_t k_name_end = 100;          // the first length that Channels refuses
constexpr std::size_t k_escape_hex_digits = 40;  // 160 bits: nobody finds a second name with the same digits

bool is_name_character(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
}

bool all_name_characters(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), is_name_character);
}

std::string escaped(std::string_view prefix, std::string_view name) {
    Poco::SHA2Engine engine(Poco::SHA2Engine::SHA_256);
    engine.update(name.data(), name.size());
    const std::string hex = Poco::DigestEngine::digestToHex(engine.digest());
    return std::string(prefix).append(hex, 0, k_escape_hex_digits);
}

bool is_usable(std::string_view name, const NameSet& reserved) {
    return is_valid_group_name(name) && !name.starts_with(k_escaped_group_prefix) &&
           !name.starts_with(k_escaped_name_prefix) && !reserved.contains(name);
}

}  // namespace

bool is_valid_group_name(std::string_view name) noexcept {
    return !name.empty() && name.size() < k_name_end && all_name_characters(name);
}

bool is_valid_channel_name(std::string_view name) noexcept {
    if (name.size() >= k_name_end) return false;
    const std::size_t mark = name.find('!');
    if (mark == std::string_view::npos) return is_valid_group_name(name);
    return is_valid_group_name(name.substr(0, mark)) && all_name_characters(name.substr(mark + 1));
}

std::optional<std::string> user_group_pattern_problem(std::string_view pattern) {
    const std::size_t place = pattern.find(k_username_place);
    if (place == std::string_view::npos) {
        return "the pattern has no {username}, so all users would share one group; write {username} or for "
               "example user-{username}";
    }
    if (pattern.find(k_username_place, place + 1) != std::string_view::npos) {
        return "the pattern has {username} more than once; write it once";
    }
    const std::string_view before = pattern.substr(0, place);
    const std::string_view after = pattern.substr(place + k_username_place.size());
    if (!all_name_characters(before) || !all_name_characters(after)) {
        return "the pattern may hold only ASCII letters, digits, '-', '_' and '.' around {username}, since "
               "it names a group";
    }
    return std::nullopt;
}

const NameSet& reserved_group_names() {
    static const NameSet names{"broadcast", "notifications"};
    return names;
}

std::string user_group(std::string_view pattern, std::string_view username, const NameSet& reserved) {
    const std::size_t place = pattern.find(k_username_place);
    assert(place != std::string_view::npos);
    std::string name(pattern);
    name.replace(place, k_username_place.size(), username);
    return is_usable(name, reserved) ? name : escaped(k_escaped_group_prefix, username);
}

std::string usable_group(std::string_view name, const NameSet& reserved) {
    return is_usable(name, reserved) ? std::string(name) : escaped(k_escaped_name_prefix, name);
}

}  // namespace zanhu
