#pragma once

#include <string>
#include <utility>

#include <zanhu/value.h>

namespace zanhu {

/// A Django session as a connection sees it (scope["session"]): the key from the cookie, and the data once
/// somebody has loaded it. Loaded lazily; the socket tier only reads it. A value type, kept in the scope's
/// slot "session".
class Session {
public:
    Session() = default;
    explicit Session(std::string key) : key_(std::move(key)) {}

    /// Empty when the client sent no usable key.
    const std::string& key() const noexcept { return key_; }
    bool loaded() const noexcept { return loaded_; }
    /// Empty before it is loaded, and when the session does not exist, has expired or is not signed with our
    /// key.
    const ValueMap& data() const noexcept { return data_; }
    void set_loaded(ValueMap data) {
        data_ = std::move(data);
        loaded_ = true;
    }

private:
    std::string key_;
    ValueMap data_;
    bool loaded_ = false;
};

}  // namespace zanhu
