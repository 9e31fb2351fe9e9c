#pragma once

#include <string_view>

#include "core/http/request_head.h"

namespace zanhu::http {

/// The fields that decide where a request ends, whom it is for and what becomes of the connection, gathered
/// while the fields are read. Lives as long as the parsing of one head; the views are into the head's bytes.
class FramingFields {
public:
    /// Looks at one field; its name may be in any case.
    void note(std::string_view name, std::string_view value) noexcept;

    /// Checks all of them together and fills host, content_length, keep_alive and expect_continue of `head`,
    /// whose request line has been read.
    [[nodiscard]] HeadResult apply(RequestHead& head) const;

private:
    struct Seen {
        int count = 0;
        std::string_view value;  // the last one's
        void add(std::string_view text) noexcept {
            ++count;
            value = text;
        }
    };

    [[nodiscard]] HeadResult apply_host(RequestHead& head) const;
    [[nodiscard]] HeadResult apply_length(RequestHead& head) const;

    Seen host_;
    Seen content_length_;
    Seen transfer_encoding_;
    bool close_ = false;
    bool keep_alive_ = false;
    bool expect_continue_ = false;
    bool expect_other_ = false;
};

}  // namespace zanhu::http
