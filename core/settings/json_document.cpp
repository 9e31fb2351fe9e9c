#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/ParseHandler.h>
#include <Poco/JSON/Parser.h>
#include <Poco/String.h>

#include <set>
#include <string>
#include <vector>

#include "core/settings/document_formats.h"

namespace zanhu::settings {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

// POCO's parser lets the last of two equal keys win without a word.
class UniqueKeys : public Poco::JSON::ParseHandler {
public:
    UniqueKeys() : ParseHandler(/*bPreserveObjectOrder*/ true) {}

    void startObject() override {
        keys_.emplace_back();
        ParseHandler::startObject();
    }
    void endObject() override {
        keys_.pop_back();
        ParseHandler::endObject();
    }
    void key(const std::string& k) override {
        if (!keys_.back().insert(Poco::toLower(k)).second) repeated_.insert(k);
        ParseHandler::key(k);
    }

    const std::set<std::string>& repeated() const noexcept { return repeated_; }

private:
    std::vector<std::set<std::string>> keys_;
    std::set<std::string> repeated_;
};

class JsonWalk {
public:
    JsonWalk(Document& document, Problems& problems) : document_(document), problems_(problems) {}

    void section(const std::string& name, const Object& object) {
        bool only_objects = object.size() > 0;
        for (const auto& key : object.getNames()) {
            const auto value = object.get(key);
            if (value.type() == typeid(Object::Ptr)) {
                section(name + "." + key, *value.extract<Object::Ptr>());
            } else {
                entry(name, key, value);
                only_objects = false;
            }
        }
        // {"route": {"room": {...}}} is the section route.room, and none named route.
        if (!only_objects) document_.sections.push_back({name, 0});
    }

    void root(const Object& object) {
        for (const auto& name : object.getNames()) {
            const auto value = object.get(name);
            if (value.type() == typeid(Object::Ptr)) {
                section(name, *value.extract<Object::Ptr>());
            } else {
                problems_.add(place(document_.file, 0) + name +
                              " is outside of a section; put it into an object");
            }
        }
    }

private:
    void entry(const std::string& name, const std::string& key, const Var& value) {
        std::string text;
        bool good = false;
        if (value.type() == typeid(Array::Ptr)) {
            good = join(*value.extract<Array::Ptr>(), text);
        } else {
            good = scalar(value, text);
        }
        if (good) {
            document_.entries.push_back({name, key, text, 0});
        } else {
            problems_.add(
                place(document_.file, 0) + "[" + name + "] " + key +
                ": neither a text, a number, true or false, nor a list of texts without commas; write it "
                "as one of these");
        }
    }

    static bool scalar(const Var& value, std::string& text) {
        if (!value.isString() && !value.isNumeric() && !value.isBoolean()) return false;
        text = value.toString();
        return true;
    }

    static bool join(const Array& array, std::string& text) {
        for (const auto& element : array) {
            std::string entry;
            if (!scalar(element, entry) || entry.find(',') != std::string::npos) return false;
            text += (text.empty() ? "" : ", ") + entry;
        }
        return true;
    }

    Document& document_;
    Problems& problems_;
};

}  // namespace

Document parse_json(const std::string& file, const std::string& text, Problems& problems) {
    Document document{file, {}, {}};
    try {
        const Poco::SharedPtr<UniqueKeys> handler(new UniqueKeys);
        Poco::JSON::Parser parser(handler);
        const auto root = parser.parse(text);
        for (const auto& key : handler->repeated())
            problems.add(place(file, 0) + "`" + key +
                         "` is there twice in one object; remove one of the two");
        if (root.type() == typeid(Object::Ptr)) {
            JsonWalk(document, problems).root(*root.extract<Object::Ptr>());
        } else {
            problems.add(place(file, 0) + "is not a JSON object; write {\"server\": {\"listen\": ...}}");
        }
    } catch (const Poco::Exception& error) {
        problems.add(place(file, 0) + "is not JSON (" + error.message() + "); correct it there");
    }
    return document;
}

}  // namespace zanhu::settings
