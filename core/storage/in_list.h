#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/storage/row.h"

namespace zanhu::storage {

/// Texts behind an IN. Their number is rounded up to a power of two by repeating the last, so that there are
/// few different statements to prepare. The texts must outlive it.
class InList {
public:
    /// REQUIRES: not empty
    explicit InList(const std::vector<std::string>& texts) {
        std::size_t count = 1;
        while (count < texts.size())
            count *= 2;
        parameters_.reserve(count);
        for (std::size_t i = 0; i < count; ++i)
            parameters_.emplace_back(i < texts.size() ? texts[i] : texts.back());
    }

    /// `(?, ?, ?)`, or of what else stands for a value.
    std::string places(std::string_view place = "?") const {
        std::string text = "(";
        for (std::size_t i = 0; i < parameters_.size(); ++i)
            text.append(i == 0 ? "" : ", ").append(place);
        return text + ")";
    }
    const std::vector<Parameter>& parameters() const noexcept { return parameters_; }

private:
    std::vector<Parameter> parameters_;
};

}  // namespace zanhu::storage
