#include "core/settings/name_reader.h"

#include <Poco/Ascii.h>
#include <Poco/String.h>

#include <algorithm>
#include <set>

#include "core/settings/schema.h"
#include "core/settings/value.h"

namespace zanhu::settings {
namespace {

bool is_name(std::string_view name) {
    return std::all_of(name.begin(), name.end(), [](char c) {
        return Poco::Ascii::isAlphaNumeric(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '.';
    });
}

}  // namespace

void NameReader::problem(std::string_view section, std::string_view key, const std::string& what) {
    problems_.add(settings_.describe(section, key, what));
}

std::vector<std::string> NameReader::names(std::string_view section, std::string_view key) {
    const bool fixed = find_section(section) != nullptr;
    const auto text = fixed ? settings_.section(section).text(key) : settings_.peek(section, key);
    auto list = parse_list(text).value_or(std::vector<std::string>());
    std::set<std::string> seen;
    for (const auto& name : list) {
        if (!is_name(name)) {
            problem(section, key, "`" + name + "` is not a name; use letters, digits, - and _");
        } else if (!seen.insert(Poco::toLower(name)).second) {
            problem(section, key, "`" + name + "` is there twice; remove one of the two");
        }
    }
    return list;
}

std::vector<ChainElement> NameReader::chain(std::string_view section, std::string_view key) {
    std::vector<ChainElement> elements;
    for (const auto& name : names(section, key))
        elements.push_back({name, class_of(name)});
    return elements;
}

// The pages and the routers have fixed sections, which have no key `class`.
std::string NameReader::class_of(const std::string& name) const {
    if (name == "site") return "Site";
    if (find_section(name) != nullptr) return name;
    auto class_name = settings_.peek(name, "class");
    return class_name.empty() ? name : class_name;
}

}  // namespace zanhu::settings
