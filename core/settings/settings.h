#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <iosfwd>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <zanhu/settings.h>

#include "core/settings/document.h"
#include "core/settings/environment.h"
#include "core/settings/problems.h"

namespace zanhu::settings {

/// One value that stands above the environment and the file.
struct Override {
    std::string section;
    std::string key;
    std::string text;
    std::string source = "command line";  ///< what messages and print() call it: "command line", "demo"
};

/// Whether a missing secret key is an error: it is for the daemon, and not for a program that signs nothing.
enum class SecretKey { required, optional };

struct LoadOptions {
    std::string file;  ///< empty: what ZANHU_CONFIG names, else no file at all
    Environment environment = process_environment();
    std::vector<Override> overrides;
    SecretKey secret_key = SecretKey::required;
    uid_t uid = ::geteuid();  ///< chooses between the defaults of root and of other users
};

/// Where a value comes from, weakest first.
enum class Origin { default_value, file, environment, override_value };

/// The configuration that is in force: overrides, over the environment, over one file, over the defaults of
/// the schema. Made once at the start and owned by main; component() changes it, so it belongs to one thread
/// until the wiring is done and may be read from any thread after that. Every error is a ConfigError whose
/// lines read `PLACE: [section] key: what is wrong; what to do`, where PLACE is FILE:LINE, `environment
/// VARIABLE`, or the override's source.
class Settings {
public:
    /// Reads and checks everything but the sections of components, which their owners check with component().
    /// Throws one ConfigError with all problems, one a line.
    static Settings load(const LoadOptions& options);

    /// The same without throwing: a bad value is reported and its default taken, so that a caller can go on
    /// to components and check_unknown() and show all problems at once.
    static Settings load(const LoadOptions& options, Problems& problems);

    /// A fixed section, or that of a channel layer. The name must be in schema(), else std::logic_error.
    ConfigView section(std::string_view name) const;

    /// A component's section, checked against the component's own keys and those that every component has
    /// (common_component_keys()), and known from now on. A component of the chain that is named like a fixed
    /// section
    /// (`site`, `routes`) has that section and may declare no keys of its own.
    /// A key whose default is empty, of a kind that cannot be empty, must be given. The texts of the specs
    /// must outlive the Settings. Throws ConfigError with all problems of the section.
    ConfigView component(std::string_view section, std::span<const KeySpec> keys);

    /// Throws ConfigError for every section and every ZANHU_ variable that neither the schema nor a component
    /// knows, with the nearest known name. For the end of the wiring.
    void check_unknown() const;

    /// The text in force for a component's key, unchecked, before component() was called; empty when there is
    /// none.
    std::string peek(std::string_view section, std::string_view key) const;

    /// True when a file, the environment or an override gives the key.
    bool is_set(std::string_view section, std::string_view key) const;

    /// Where the value of a key comes from.
    Origin origin(std::string_view section, std::string_view key) const;

    /// True when the file, or an override, has a section of that name.
    bool has_section(std::string_view section) const;

    /// The channel layers by alias: `default`, which [channel_layer] configures, then one for each
    /// [channel_layer.ALIAS].
    std::vector<std::string> channel_layers() const;

    /// The `route.NAME` sections of the file, the overrides and the defaults.
    std::vector<std::string> route_sections() const;

    /// Puts `PLACE: [section] key: ` in front, for the checks of the typed sections.
    std::string describe(std::string_view section, std::string_view key, const std::string& problem) const;

    /// The file that was read; empty when there is none.
    const std::string& file() const noexcept { return file_; }
    const Environment& environment() const noexcept { return environment_; }
    uid_t uid() const noexcept { return uid_; }
    SecretKey secret_key_policy() const noexcept { return secret_key_policy_; }

    /// What is in force, as an INI file, each value below a comment that says where it comes from. Without
    /// show_secrets, secrets are left out and passwords in URLs are covered.
    void print(std::ostream& out, bool show_secrets = false) const;

private:
    struct Value {
        std::string text;
        Origin origin = Origin::default_value;
        std::string source;  // PLACE, as in the class comment
    };
    using Values = std::map<std::string, Value, std::less<>>;     // by key, lower case
    using Sections = std::map<std::string, Values, std::less<>>;  // by name, lower case

    void take_document(const Document& document, Problems& problems);
    void take_overrides(const std::vector<Override>& overrides);
    void check_fixed_sections(Problems& problems) const;
    void check_typed_sections(Problems& problems) const;

    std::optional<Value> find_in_environment(std::string_view section, std::string_view key) const;
    Value resolve(std::string_view section, std::string_view key, std::string_view default_value) const;
    std::string checked_text(std::string_view section, const KeySpec& key, Problems* problems) const;
    ConfigView view(std::string_view section, std::span<const KeySpec> keys, Problems* problems) const;
    void check_given_keys(std::string_view section, std::span<const KeySpec> keys, Problems& problems) const;
    void check_ambiguous(std::string_view section, std::span<const KeySpec> keys, Problems& problems) const;
    std::string unknown_section(const std::string& name) const;
    std::map<std::string, std::span<const KeySpec>> layer_sections() const;  // [channel_layer.ALIAS], by name
    std::map<std::string, std::string> known_variables() const;
    void print_section(std::ostream& out,
                       std::string_view name,
                       std::span<const KeySpec> keys,
                       bool show_secrets) const;
    void print_value(std::ostream& out,
                     std::string_view section,
                     const KeySpec& key,
                     bool show_secrets) const;
    void print_unchecked(std::ostream& out) const;

    std::string file_;
    Environment environment_;
    uid_t uid_ = 0;
    SecretKey secret_key_policy_ = SecretKey::required;
    Sections from_file_;
    Sections overrides_;
    std::map<std::string, std::string> heads_;  // sections of file and overrides, lower case: PLACE
    std::map<std::string, std::vector<KeySpec>, std::less<>> components_;  // by name as the component gave it
};

}  // namespace zanhu::settings
