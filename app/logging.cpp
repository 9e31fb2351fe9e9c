#include "app/logging.h"

#include <Poco/AutoPtr.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/ErrorHandler.h>
#include <Poco/Formatter.h>
#include <Poco/FormattingChannel.h>
#include <Poco/Logger.h>
#include <Poco/Message.h>
#include <Poco/PatternFormatter.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include <zanhu/errors.h>
#include <zanhu/value.h>

#include "app/log_file.h"
#include "core/settings/typed.h"

namespace zanhu::app {

namespace {

// Line feeds of a message would let a client forge lines of the log.
std::string one_line(const std::string& text) {
    std::string line;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        static constexpr char k_hex[] = "0123456789abcdef";
        if (byte >= 0x20 && byte != 0x7f) {
            line += c;
        } else {
            line += "\\x";
            line += k_hex[byte >> 4];
            line += k_hex[byte & 15];
        }
    }
    return line;
}

const char* level_name(Poco::Message::Priority priority) {
    static constexpr const char* k_names[] = {
        "", "fatal", "critical", "error", "warning", "notice", "information", "debug", "trace"};
    return k_names[priority];
}

class LineFormatter final : public Poco::PatternFormatter {
public:
    LineFormatter() : PatternFormatter("%Y-%m-%dT%H:%M:%S.%iZ %q %s: %t") {}
    void format(const Poco::Message& message, std::string& text) override {
        PatternFormatter::format(Poco::Message(message, one_line(message.getText())), text);
    }
};

class JsonFormatter final : public Poco::Formatter {
public:
    void format(const Poco::Message& message, std::string& text) override {
        ValueMap entry;
        entry.set("time", Poco::DateTimeFormatter::format(message.getTime(), "%Y-%m-%dT%H:%M:%S.%FZ"));
        entry.set("level", level_name(message.getPriority()));
        entry.set("logger", message.getSource());
        try {
            entry.set("message", message.getText());
            text = to_json(entry);
        } catch (const std::exception&) {
            entry.set(
                "message",
                one_line("text that is not UTF-8, " + std::to_string(message.getText().size()) + " bytes"));
            text = to_json(entry);
        }
    }
};

class LogErrors final : public Poco::ErrorHandler {
public:
    void exception(const Poco::Exception& error) override { log(error.displayText()); }
    void exception(const std::exception& error) override { log(error.what()); }
    void exception() override { log("an unknown exception"); }

private:
    static void log(const std::string& what) {
        Poco::Logger::get("zanhu").error("in a thread of POCO's: " + what);
    }
};

Poco::AutoPtr<LogFile>& log_file() {
    static Poco::AutoPtr<LogFile> channel;
    return channel;
}

/// Why the file could not be opened; empty when it could.
std::string problem_of(const std::string& file, const std::string& state_directory) {
    std::error_code error;
    const std::filesystem::file_status status = std::filesystem::status(file, error);
    if (std::filesystem::is_directory(status)) return "it is a directory";
    if (std::filesystem::exists(status)) {
        return ::access(file.c_str(), W_OK) == 0 ? "" : std::generic_category().message(errno);
    }
    const std::string directory = std::filesystem::path(file).parent_path().string();
    if (::access(directory.c_str(), W_OK | X_OK) == 0) return {};
    const int reason = errno;
    if (reason == ENOENT && directory == state_directory) return {};
    return directory + ": " + std::generic_category().message(reason);
}

}  // namespace

void check_log_file(const settings::Settings& settings) {
    const std::string file = settings::LoggingSettings::from(settings).file;
    if (file.empty()) return;
    const std::string problem = problem_of(file, settings::ServerSettings::from(settings).state_directory);
    if (problem.empty()) return;
    throw ConfigError(settings.describe("logging",
                                        "file",
                                        "cannot open " + file + ": " + problem +
                                            "; make its directory, and give it to the user that zanhu runs "
                                            "as"));
}

void set_up_logging(const settings::Settings& settings) {
    check_log_file(settings);
    const auto logging = settings::LoggingSettings::from(settings);
    const std::string state_directory = settings::ServerSettings::from(settings).state_directory;
    if (std::filesystem::path(logging.file).parent_path() == state_directory) {
        std::error_code ignored;  // opening the file says what is wrong
        std::filesystem::create_directories(state_directory, ignored);
    }
    log_file() = logging.file.empty() ? new LogFile : new LogFile(logging.file);
    Poco::AutoPtr<Poco::Formatter> formatter;
    if (logging.format == settings::LoggingSettings::Format::json) {
        formatter = new JsonFormatter;
    } else {
        formatter = new LineFormatter;
    }
    Poco::AutoPtr<Poco::FormattingChannel> channel(new Poco::FormattingChannel(formatter, log_file()));
    channel->open();
    Poco::Logger::setChannel("", channel);
    set_log_level(logging.level);
    static LogErrors errors;
    Poco::ErrorHandler::set(&errors);
}

bool logs_to_file() {
    return !log_file().isNull() && !log_file()->path().empty();
}

void set_log_level(const std::string& level) {
    Poco::Logger::setLevel("", Poco::Logger::parseLevel(level));
}

void reopen_log_file() {
    if (log_file().isNull()) return;
    if (const std::error_code error = log_file()->reopen()) {
        Poco::Logger::get("zanhu").error("[logging] file: cannot open " + log_file()->path() +
                                         " again: " + error.message() +
                                         "; the former file stays in use. Make its directory, give it to the "
                                         "user that zanhu runs as, and send USR1 again");
    }
}

}  // namespace zanhu::app
