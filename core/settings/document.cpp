#include "core/settings/document.h"

#include <Poco/AutoPtr.h>
#include <Poco/Exception.h>
#include <Poco/String.h>
#include <Poco/Util/MapConfiguration.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "core/settings/document_formats.h"

namespace zanhu::settings {
namespace {

// A thousand times a long configuration: whatever is larger is another kind of file.
constexpr std::size_t k_largest_file = std::size_t{1} << 20;

bool read_text(const std::string& file, std::string& text, Problems& problems) {
    std::error_code ignored;
    if (std::filesystem::is_directory(file, ignored)) {
        problems.add(place(file, 0) + "is a directory; name a file");
        return false;
    }
    errno = 0;
    std::ifstream stream(file, std::ios::binary);
    if (!stream) {
        problems.add(place(file, 0) + "cannot be read (" + std::strerror(errno) +
                     "); check the path and the permissions");
        return false;
    }
    text.resize(k_largest_file + 1);
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    if (stream.bad()) {
        problems.add(place(file, 0) + "cannot be read to its end; check the disk");
        return false;
    }
    if (text.size() > k_largest_file) {
        problems.add(place(file, 0) + "is larger than 1MiB; name the configuration file, not another");
        return false;
    }
    return true;
}

using Names = Poco::AutoPtr<Poco::Util::MapConfiguration>;

Names names_for_expansion(const Document& document, const Environment& environment) {
    Names names(new Poco::Util::MapConfiguration);
    for (const auto& entry : document.entries)
        names->setString(entry.section + "." + entry.key, entry.text);
    for (const auto& [name, value] : environment)
        names->setString("system.env." + name, value);
    return names;
}

// POCO leaves a `${...}` that it does not find as it stands.
std::string expansion_problem(const Names& names, DocumentEntry& entry) {
    if (entry.text.find('}', entry.text.rfind("${")) == std::string::npos) {
        return "a `${` without its `}`; close it, or give the value in the environment";
    }
    try {
        entry.text = names->expand(entry.text);
    } catch (const Poco::CircularReferenceException&) {
        return "refers to itself; write the value out";
    }
    const auto start = entry.text.find("${");
    if (start == std::string::npos) return {};
    const auto reference = entry.text.substr(start, entry.text.find('}', start) - start + 1);
    constexpr std::string_view k_environment = "${system.env.";
    const auto remedy =
        reference.starts_with(k_environment)
            ? "set that variable in the daemon's environment"
            : "use ${system.env.NAME} for a variable, or ${section.key} for a key of this file";
    return "`" + reference + "` names nothing; " + remedy;
}

void expand(Document& document, const Environment& environment, Problems& problems) {
    const auto names = names_for_expansion(document, environment);
    std::erase_if(document.entries, [&](DocumentEntry& entry) {
        if (entry.text.find("${") == std::string::npos) return false;
        const auto problem = expansion_problem(names, entry);
        if (!problem.empty()) {
            problems.add(place(document.file, entry.line) + "[" + entry.section + "] " + entry.key + ": " +
                         problem);
        }
        return !problem.empty();
    });
}

}  // namespace

Document read_document(const std::string& file, const Environment& environment, Problems& problems) {
    std::string text;
    if (!read_text(file, text, problems)) return {file, {}, {}};
    return parse_document(file, std::move(text), environment, problems);
}

Document parse_document(const std::string& file,
                        std::string text,
                        const Environment& environment,
                        Problems& problems) {
    constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(k_byte_order_mark)) text.erase(0, k_byte_order_mark.size());
    const bool json = Poco::toLower(file).ends_with(".json");
    auto document = json ? parse_json(file, text, problems) : parse_ini(file, text, problems);
    expand(document, environment, problems);
    return document;
}

std::string place(const std::string& file, int line) {
    return line > 0 ? file + ":" + std::to_string(line) + ": " : file + ": ";
}

}  // namespace zanhu::settings
