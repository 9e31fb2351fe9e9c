#include "app/logging.h"

#include <Poco/AutoPtr.h>
#include <Poco/ConsoleChannel.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/ErrorHandler.h>
#include <Poco/FileChannel.h>
#include <Poco/Formatter.h>
#include <Poco/FormattingChannel.h>
#include <Poco/Logger.h>
#include <Poco/Message.h>
#include <Poco/PatternFormatter.h>

#include <iostream>

#include <zanhu/value.h>

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

Poco::AutoPtr<Poco::FileChannel>& log_file() {
    static Poco::AutoPtr<Poco::FileChannel> channel;
    return channel;
}

}  // namespace

void set_up_logging(const settings::LoggingSettings& settings) {
    Poco::AutoPtr<Poco::Channel> target;
    if (settings.file.empty()) {
        target = new Poco::ConsoleChannel(std::cerr);
    } else {
        log_file() = new Poco::FileChannel(settings.file);
        log_file()->setProperty("flush", "true");
        target = log_file();
    }
    Poco::AutoPtr<Poco::Formatter> formatter;
    if (settings.format == settings::LoggingSettings::Format::json) {
        formatter = new JsonFormatter;
    } else {
        formatter = new LineFormatter;
    }
    Poco::AutoPtr<Poco::FormattingChannel> channel(new Poco::FormattingChannel(formatter, target));
    channel->open();
    Poco::Logger::setChannel("", channel);
    set_log_level(settings.level);
    static LogErrors errors;
    Poco::ErrorHandler::set(&errors);
}

void set_log_level(const std::string& level) {
    Poco::Logger::setLevel("", Poco::Logger::parseLevel(level));
}

void reopen_log_file() {
    if (log_file().isNull()) return;
    log_file()->close();
    log_file()->open();
}

}  // namespace zanhu::app
