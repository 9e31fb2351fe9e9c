$(function () {
    const currentUser = JSON.parse($("#current-user").text());
    const activeUser = JSON.parse($("#active-user").text());

    // 滚动条下拉到底
    function scrollConversationScreen() {
        $(".conversation").scrollTop($(".conversation").prop("scrollHeight"));
    }

    const ws_scheme = window.location.protocol === "https:" ? "wss" : "ws";
    const ws_path = ws_scheme + "://" + window.location.host + "/ws/" + currentUser + "/";
    const ws = new ReconnectingWebSocket(ws_path);
    // 监听后端发送过来的消息
    ws.onmessage = function (event) {
        const data = JSON.parse(event.data);
        if (data.sender === activeUser) {  // 发送者为当前选中的用户
            $(".send-message").before(data.message); // 将接收到的消息插入到聊天框
            scrollConversationScreen();  // 滚动条下拉到底
        }
    };
    // For the page's style, and for whoever looks at it.
    ws.onopen = () => $("body").attr("data-socket", "open");
    ws.onclose = (event) => $("body").attr({"data-socket": "closed", "data-close-code": event.code ?? ""});

    $(".send-message").on("submit", function (event) {
        event.preventDefault();
        const form = this;
        $.post(form.action, $(form).serialize())
            .done(function (message) {
                $(form).before(message);
                form.elements.message.value = "";
                $(form).find(".failure").prop("hidden", true);
                scrollConversationScreen();
            })
            .fail(function (answer) {
                if (answer.status === 403) window.location.reload();  // logged out meanwhile: to the log-in page
                else $(form).find(".failure").prop("hidden", false);
            });
    });

    scrollConversationScreen();
});
