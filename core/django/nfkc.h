#pragma once

namespace zanhu::django {

/// Whether a letter or number is one that Unicode's NFKC normalisation replaces (full-width forms, ligatures,
/// superscripts, compatibility ideographs, ...) or joins to the character before it (the vowels and finals of
/// Hangul Jamo). Text of letters, numbers and ASCII of which none is, is in NFKC. For other characters
/// (marks, symbols) the answer means nothing. Of Unicode 14. Any thread.
[[nodiscard]] bool changes_under_nfkc(char32_t code_point) noexcept;

}  // namespace zanhu::django
