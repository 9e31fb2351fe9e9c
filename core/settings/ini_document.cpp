#include <Poco/AutoPtr.h>
#include <Poco/String.h>
#include <Poco/TextIterator.h>
#include <Poco/UTF8Encoding.h>
#include <Poco/Util/IniFileConfiguration.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <string_view>

#include "core/settings/document_formats.h"

namespace zanhu::settings {
namespace {

bool is_utf8(const std::string& line) {
    const Poco::UTF8Encoding encoding;
    const Poco::TextIterator end(line);
    for (Poco::TextIterator it(line, encoding); it != end; ++it) {
        if (*it < 0) return false;
    }
    return true;
}

bool has_control_character(const std::string& line) {
    return std::any_of(
        line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t'; });
}

// Finds what POCO's reader takes without a word: `#` lines become keys, repeated sections merge, and so on.
// It also knows the lines, which the reader does not.
class IniScan {
public:
    IniScan(Document& document, Problems& problems) : document_(document), problems_(problems) {}

    void run(const std::string& text) {
        std::istringstream stream(text);
        std::string line;
        while (std::getline(stream, line)) {
            ++number_;
            scan_line(Poco::trim(line));
        }
    }

private:
    void problem(const std::string& what) { problems_.add(place(document_.file, number_) + what); }

    void scan_line(const std::string& line) {
        // The keys below it are not those of the section before, whatever is wrong with this one.
        if (line.starts_with('[')) skipping_ = true;
        if (!is_utf8(line)) {
            problem("bytes that are not UTF-8; save the file as UTF-8");
        } else if (has_control_character(line)) {
            problem("a control character; remove it");
        } else if (line.starts_with('#')) {
            problem("a line that starts with `#`; comments start with `;` on a line of their own");
        } else if (line.starts_with('[')) {
            scan_section(line);
        } else if (!line.empty() && !line.starts_with(';')) {
            scan_key(line);
        }
    }

    void scan_section(const std::string& line) {
        const auto end = line.find(']');
        const auto name = Poco::trim(line.substr(1, std::min(end, line.size()) - 1));
        if (end == std::string::npos)
            return problem("`" + line + "` has no closing bracket; write [" + name + "]");
        if (name.empty()) return problem("a section without a name; write [section]");
        if (end + 1 != line.size()) {
            return problem("text behind [" + name + "]; put it, comments too, on a line of its own");
        }
        const auto [first, fresh] = sections_.emplace(Poco::toLower(name), number_);
        if (!fresh) {
            return problem("[" + name + "] is there twice, first on line " + std::to_string(first->second) +
                           "; join the two");
        }
        section_ = name;
        skipping_ = false;
        document_.sections.push_back({name, number_});
    }

    void scan_key(const std::string& line) {
        if (skipping_) return;
        const auto equals = line.find('=');
        if (equals == std::string::npos) {
            return problem("`" + line.substr(0, 60) + "` has no `=`; write key = value, all on one line");
        }
        const auto key = Poco::trim(line.substr(0, equals));
        if (key.empty()) return problem("a value without a key; write key = value");
        if (section_.empty()) return problem(key + " is outside of a section; put it below a [section] line");
        const auto where = "[" + section_ + "] " + key + ": ";
        const auto [first, fresh] = keys_.emplace(Poco::toLower(section_ + "." + key), number_);
        if (!fresh) {
            return problem(where + "is there twice, first on line " + std::to_string(first->second) +
                           "; remove one of the two");
        }
        if (has_comment(line.substr(equals + 1))) {
            return problem(
                where +
                "a comment behind the value would be part of it; put the comment on a line of its own "
                "(a value that needs ` ;` or ` #` may come from the environment)");
        }
        document_.entries.push_back({section_, key, {}, number_});
    }

    static bool has_comment(const std::string& value) {
        for (const std::string_view mark : {" ;", "\t;", " #", "\t#"}) {
            if (value.find(mark) != std::string::npos) return true;
        }
        return false;
    }

    Document& document_;
    Problems& problems_;
    std::string section_;
    std::map<std::string, int> sections_;
    std::map<std::string, int> keys_;
    int number_ = 0;
    bool skipping_ = false;
};

}  // namespace

Document parse_ini(const std::string& file, const std::string& text, Problems& problems) {
    Document document{file, {}, {}};
    IniScan(document, problems).run(text);
    std::istringstream stream(text);
    const Poco::AutoPtr<Poco::Util::IniFileConfiguration> reader(
        new Poco::Util::IniFileConfiguration(stream));
    for (auto& entry : document.entries)
        entry.text = reader->getRawString(entry.section + "." + entry.key);
    return document;
}

}  // namespace zanhu::settings
