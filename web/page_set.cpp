#include "web/page_set.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <zanhu/errors.h>

#include "web/static_files.h"

namespace zanhu::web {
namespace {

constexpr std::array<std::string_view, 7> k_names = {
    "lang", "title", "csrf_token", "next", "username", "error", "demo"};

Template load(std::string_view name) {
    const auto files = static_files();
    const auto file = std::ranges::find(files, name, &StaticFile::name);
    if (file == files.end())
        throw Error("the page " + std::string(name) + " was not built into this program");
    try {
        return Template(file->bytes, k_names);
    } catch (const Error& error) {
        throw Error(std::string(name) + ": " + error.what());
    }
}

Response render(const Template& page, int status, const PageSet::Values& values, Language language) {
    const std::pair<std::string_view, std::string_view> pairs[] = {
        {"lang", language_tag(language)},
        {"title", values.title},
        {"csrf_token", values.csrf_token},
        {"next", values.next},
        {"username", values.username},
        {"error", values.error},
        {"demo", values.demo ? "1" : ""},
    };
    return html_response(status, page.render(pairs, language), language);
}

}  // namespace

PageSet::PageSet() : login_(load("login.html")), chat_(load("chat.html")), error_(load("error.html")) {}

Response PageSet::login(int status, const Values& values, Language language) const {
    return render(login_, status, values, language);
}

Response PageSet::chat(const Values& values, Language language) const {
    return render(chat_, 200, values, language);
}

Response PageSet::error(int status, const Values& values, Language language) const {
    return render(error_, status, values, language);
}

}  // namespace zanhu::web
