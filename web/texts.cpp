#include "web/texts.h"

#include <algorithm>

#include <zanhu/headers.h>

namespace zanhu::web {

namespace {

constexpr Text k_texts[] = {
    // Log-in page
    {"login_heading", "Log in", "登录"},
    {"login_tagline", "Private messages, there the moment they are sent.", "私信，一发即达。"},
    {"username", "Username", "用户名"},
    {"password", "Password", "密码"},
    {"login_submit", "Log in", "登录"},
    {"demo_label", "Demo", "演示"},
    {"demo_login",
     "This server runs on this computer only. It printed the demo accounts when it started.",
     "服务器仅在本机运行，演示账号见启动时的输出。"},
    {"demo_chat",
     "This server runs on this computer only, for trying things out.",
     "服务器仅在本机运行，供试用。"},
    {"no_script", "This page needs JavaScript to show messages.", "此页面需要启用 JavaScript 才能显示消息。"},

    // People
    {"people", "People", "联系人"},
    {"people_filter", "Find someone", "查找联系人"},
    {"people_filter_none", "Nobody by that name.", "没有找到这个人。"},
    {"people_empty_title", "Nobody else is here yet", "这里还没有其他人"},
    {"people_empty_hint",
     "As soon as there is another account, it appears here.",
     "有了其他账号后，会显示在这里。"},
    {"people_error", "The list of people could not be loaded.", "联系人列表加载失败。"},
    {"preview_own", "You: {text}", "我：{text}"},
    {"preview_none", "No messages yet", "还没有消息"},
    {"unread", "{count} unread", "{count} 条未读"},
    {"logged_in_as", "Logged in as {name}", "当前用户：{name}"},
    {"logout", "Log out", "退出登录"},
    {"logout_unsent",
     "Some of your messages have not been sent and would be lost. Log out anyway?",
     "还有消息没有发送出去，退出后将会丢失。仍要退出吗？"},

    // Conversation
    {"conversation", "Conversation", "对话"},
    {"choose_title", "Choose someone to talk to", "选择一个人，开始聊天"},
    {"choose_hint",
     "Your conversations are kept, and new messages appear by themselves.",
     "聊天记录会保留，新消息会自动出现。"},
    {"conversation_empty_title", "No messages yet", "还没有消息"},
    {"conversation_empty_hint", "Say hello to {name}.", "和 {name} 打个招呼吧。"},
    {"conversation_error", "The messages could not be loaded.", "消息加载失败。"},
    {"conversation_unknown_title", "Nobody here is called {name}", "没有名为 {name} 的用户"},
    {"conversation_unknown_hint",
     "The account may have been renamed or removed.",
     "该账号可能已改名或已被删除。"},
    {"conversation_start", "The conversation begins here", "对话从这里开始"},
    {"older", "Earlier messages", "更早的消息"},
    {"older_error", "Could not be loaded. Try again", "加载失败，点此重试"},
    {"new_messages", "{count} new", "{count} 条新消息"},
    {"to_newest", "To the newest", "回到最新"},
    {"back", "Back to the list of people", "返回联系人列表"},
    {"loading", "Loading…", "正在加载…"},
    {"try_again", "Try again", "重试"},
    {"you", "You", "我"},

    // Writing and sending
    {"composer_label", "Message to {name}", "发给 {name} 的消息"},
    {"composer_placeholder", "Write to {name}…", "发消息给 {name}…"},
    {"composer_hint", "Enter sends, Shift + Enter makes a new line", "Enter 发送，Shift + Enter 换行"},
    {"send", "Send", "发送"},
    {"sending", "Sending…", "正在发送…"},
    {"waiting_to_send", "Will be sent when the connection is back", "网络恢复后自动发送"},
    {"not_sent", "Not sent.", "未发送。"},
    {"send_again", "Send again", "重新发送"},
    {"edit", "Edit", "编辑"},

    // Connection and announcements
    {"connecting", "Connecting…", "正在连接…"},
    {"reconnecting", "Connection lost. Reconnecting…", "连接已断开，正在重新连接…"},
    {"seconds", "{count} s", "{count} 秒"},
    {"try_now", "Try now", "立即重试"},
    {"connection_closed", "The server has closed the connection.", "服务器已关闭连接。"},
    {"announcement", "Announcement", "公告"},
    {"dismiss", "Dismiss", "关闭"},

    // Answers of the server
    {"login_failed", "The username or the password is not right.", "用户名或密码不正确。"},
    {"login_throttled",
     "Too many attempts. Please wait a few minutes and try again.",
     "尝试次数过多，请过几分钟再试。"},
    {"login_required", "Please log in.", "请先登录。"},
    {"csrf_failed", "This page has become too old. Reload it and try again.", "页面已过期，请刷新后重试。"},
    {"message_empty", "An empty message cannot be sent.", "不能发送空消息。"},
    {"message_too_long", "This message is too long.", "消息太长了。"},
    {"message_to_self", "You cannot write to yourself.", "不能给自己发消息。"},
    {"message_no_recipient", "There is nobody by that name.", "没有这个用户。"},
    {"message_bad_id",
     "The message's id is not a UUID, or belongs to another message.",
     "消息 ID 不是 UUID，或已被其他消息使用。"},
    {"bad_request", "The server did not understand this request.", "服务器无法理解该请求。"},
    {"not_found", "There is nothing at this address.", "此地址没有内容。"},
    {"to_first_page", "To the first page", "返回首页"},
    {"disallowed_host", "This site is not served under this name.", "此站点不使用该域名提供服务。"},
    {"too_large", "This is more than the server takes at once.", "内容过大，服务器无法接收。"},
    {"forbidden", "You may not do this.", "没有权限执行此操作。"},
    {"method_not_allowed", "This address does not take that kind of request.", "此地址不支持这种请求方法。"},
    {"server_error", "Something went wrong on the server. Please try again.", "服务器出错了，请重试。"},
    {"storage_error",
     "The server could not store or read anything just now. Please try again.",
     "服务器暂时无法存取数据，请重试。"},
    {"server_busy", "The server is busy. Please try again in a moment.", "服务器繁忙，请稍后再试。"},
};

constexpr bool complete() {
    return std::ranges::none_of(k_texts, [](const Text& row) {
        return row.key.empty() || row.english.empty() || row.chinese.empty();
    });
}
static_assert(complete(), "every text has a key and both languages");

bool is_language(std::string_view range, std::string_view primary) noexcept {
    return equals_ignore_case(range.substr(0, range.find('-')), primary);
}

/// A weight ("q=0.8") in thousandths, -1 when it is malformed.
int thousandths(std::string_view weight) noexcept {
    if (weight.size() < 3 || weight.size() > 7 || !equals_ignore_case(weight.substr(0, 2), "q=")) return -1;
    const auto digits = weight.substr(2);
    if (digits.front() != '0' && digits.front() != '1') return -1;
    if (digits.size() > 1 && digits[1] != '.') return -1;
    int value = digits.front() - '0';
    for (std::size_t place = 2; place < 5; ++place) {
        const char digit = place < digits.size() ? digits[place] : '0';
        if (digit < '0' || digit > '9') return -1;
        value = value * 10 + (digit - '0');
    }
    return value <= 1000 ? value : -1;
}

}  // namespace

Language choose_language(std::string_view accept_language) noexcept {
    Language best = Language::english;
    int best_quality = 0;
    while (!accept_language.empty()) {
        const auto comma = accept_language.find(',');
        const auto item = accept_language.substr(0, comma);
        accept_language.remove_prefix(comma == std::string_view::npos ? accept_language.size() : comma + 1);

        const auto semicolon = item.find(';');
        const auto range = trim_ows(item.substr(0, semicolon));
        const bool chinese = is_language(range, "zh");
        if (!chinese && !is_language(range, "en") && range != "*") continue;
        const int quality =
            semicolon == std::string_view::npos ? 1000 : thousandths(trim_ows(item.substr(semicolon + 1)));
        if (quality <= best_quality) continue;
        best_quality = quality;
        best = chinese ? Language::chinese : Language::english;
    }
    return best;
}

std::string_view language_tag(Language language) noexcept {
    return language == Language::chinese ? "zh-CN" : "en";
}

std::string_view text(std::string_view key, Language language) noexcept {
    const auto* row = std::ranges::find(k_texts, key, &Text::key);
    if (row == std::end(k_texts)) return key;
    return language == Language::chinese ? row->chinese : row->english;
}

std::span<const Text> all_texts() noexcept {
    return k_texts;
}

}  // namespace zanhu::web
