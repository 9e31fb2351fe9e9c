#pragma once

#include <string>
#include <vector>

#include "core/settings/environment.h"
#include "core/settings/problems.h"

namespace zanhu::settings {

/// One key as a file gives it: `${...}` expanded, nothing checked against the schema.
struct DocumentEntry {
    std::string section;  ///< as written
    std::string key;      ///< as written
    std::string text;
    int line = 0;  ///< from 1; 0 when the format does not tell (JSON)
};

/// A section's head. A section may be there and hold nothing.
struct DocumentSection {
    std::string name;
    int line = 0;
};

/// What one configuration file says, in the order in which it says it. A value type.
struct Document {
    std::string file;
    std::vector<DocumentSection> sections;
    std::vector<DocumentEntry> entries;
};

/// Reads one named file: INI, or JSON when its name ends in `.json`. `${system.env.NAME}` and
/// `${section.key}` are expanded. What is wrong with the file's form goes to `problems` as `FILE:LINE:
/// [section] key: what is wrong; what to do`, and the entries concerned are left out: `#` comments, comments
/// behind a value, keys outside of a section, repeated sections and keys, lines that say nothing, bytes that
/// are not UTF-8, `${...}` that names nothing.
Document read_document(const std::string& file, const Environment& environment, Problems& problems);

/// The same for a text that is in memory; `file` is for messages and for the choice of the format.
Document parse_document(const std::string& file,
                        std::string text,
                        const Environment& environment,
                        Problems& problems);

/// `FILE:LINE: `, or `FILE: ` when there is no line.
std::string place(const std::string& file, int line);

}  // namespace zanhu::settings
