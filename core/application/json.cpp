#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <Poco/UTF8Encoding.h>

#include <charconv>
#include <cmath>
#include <limits>

#include <zanhu/errors.h>
#include <zanhu/value.h>

namespace zanhu {

namespace {

constexpr int k_max_depth = 64;

void append_escape(std::string& out, std::uint32_t unit) {
    static constexpr char k_hex[] = "0123456789abcdef";
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4)
        out += k_hex[(unit >> shift) & 0xf];
}

void append_character(std::string& out, std::uint32_t code_point) {
    switch (code_point) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        case '\b':
            out += "\\b";
            return;
        case '\f':
            out += "\\f";
            return;
        default:
            break;
    }
    if (code_point >= 0x20 && code_point < 0x7f) {
        out += static_cast<char>(code_point);
    } else if (code_point < 0x10000) {
        append_escape(out, code_point);
    } else {
        append_escape(out, 0xd800 + ((code_point - 0x10000) >> 10));
        append_escape(out, 0xdc00 + ((code_point - 0x10000) & 0x3ff));
    }
}

void append_text(std::string& out, const std::string& text) {
    static const Poco::UTF8Encoding encoding;
    out += '"';
    const auto* p = reinterpret_cast<const unsigned char*>(text.data());
    std::size_t left = text.size();
    while (left > 0) {
        int length = 1;
        int code_point = encoding.queryConvert(p, length);
        while (code_point < -1 && static_cast<std::size_t>(-code_point) <= left) {
            length = -code_point;
            code_point = encoding.queryConvert(p, length);
        }
        if (code_point < 0) throw Error("JSON cannot carry text that is not UTF-8");
        append_character(out, static_cast<std::uint32_t>(code_point));
        p += length;
        left -= static_cast<std::size_t>(length);
    }
    out += '"';
}

void append_double(std::string& out, double number) {
    if (!std::isfinite(number)) throw Error("JSON cannot carry infinite numbers or NaN");
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
    const std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
    out += text;
    if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
}

void append(std::string& out, const Value& value);

void append_map(std::string& out, const ValueMap& map) {
    out += '{';
    const char* separator = "";
    for (const auto& [key, value] : map) {
        out += separator;
        append_text(out, key);
        out += ": ";
        append(out, value);
        separator = ", ";
    }
    out += '}';
}

void append_list(std::string& out, const ValueList& list) {
    out += '[';
    const char* separator = "";
    for (const Value& value : list) {
        out += separator;
        append(out, value);
        separator = ", ";
    }
    out += ']';
}

struct Appender {
    std::string& out;
    void operator()(std::monostate) const { out += "null"; }
    void operator()(bool value) const { out += value ? "true" : "false"; }
    void operator()(std::int64_t value) const { out += std::to_string(value); }
    void operator()(double value) const { append_double(out, value); }
    void operator()(const std::string& value) const { append_text(out, value); }
    void operator()(const Bytes&) const {
        throw Error("JSON cannot carry bytes: send them as a binary message, or encode them as text first");
    }
    void operator()(const ValueList& value) const { append_list(out, value); }
    void operator()(const ValueMap& value) const { append_map(out, value); }
};

void append(std::string& out, const Value& value) {
    std::visit(Appender{out}, value.variant());
}

Value from_var(const Poco::Dynamic::Var& var);

Value from_object(const Poco::JSON::Object& object) {
    ValueMap map;
    for (const std::string& name : object.getNames())
        map.set(name, from_var(object.get(name)));
    return map;
}

Value from_array(const Poco::JSON::Array& array) {
    ValueList list;
    list.reserve(array.size());
    for (const auto& element : array)
        list.push_back(from_var(element));
    return list;
}

Value from_var(const Poco::Dynamic::Var& var) {
    if (var.isEmpty()) return {};
    if (var.type() == typeid(Poco::JSON::Object::Ptr))
        return from_object(*var.extract<Poco::JSON::Object::Ptr>());
    if (var.type() == typeid(Poco::JSON::Array::Ptr))
        return from_array(*var.extract<Poco::JSON::Array::Ptr>());
    if (var.isBoolean()) return var.extract<bool>();
    if (var.isString()) return var.extract<std::string>();
    if (var.isInteger() &&
        (var.isSigned() || var.convert<std::uint64_t>() <= std::numeric_limits<std::int64_t>::max())) {
        return static_cast<std::int64_t>(var.convert<Poco::Int64>());
    }
    return var.convert<double>();
}

}  // namespace

std::string to_json(const Value& value) {
    std::string out;
    append(out, value);
    return out;
}

std::string to_json(const ValueMap& map) {
    std::string out;
    append_map(out, map);
    return out;
}

std::optional<Value> parse_json(std::string_view text) {
    try {
        Poco::JSON::ParseHandler::Ptr handler = new Poco::JSON::ParseHandler(true);
        Poco::JSON::Parser parser(handler);
        parser.setDepth(k_max_depth);
        parser.setAllowComments(false);
        const std::size_t first = text.find_first_not_of(" \t\r\n");
        if (first == std::string_view::npos) return std::nullopt;
        if (text[first] == '{' || text[first] == '[') return from_var(parser.parse(std::string(text)));
        // POCO reads objects and arrays only: any other value is read as the one element of an array.
        std::string wrapped = "[";
        const Value list = from_var(parser.parse(wrapped.append(text).append("]")));
        const auto* elements = list.as<ValueList>();
        if (elements == nullptr || elements->size() != 1) return std::nullopt;
        return elements->front();
    } catch (const Poco::Exception&) {
        return std::nullopt;
    }
}

}  // namespace zanhu
