#pragma once

#include <zlib.h>

#include <algorithm>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>

// The client's side of permessage-deflate, by plain calls of zlib as RFC 7692 7.2 describes it.
namespace zanhu::ws::wire {

/// Compresses a client's messages. Without `takeover` each stands for itself.
class Compressor {
public:
    explicit Compressor(int window_bits = 15, bool takeover = false, int level = 6) : takeover_(takeover) {
        // zlib cannot compress with 8; with 9 its matches stay within the smaller window.
        if (deflateInit2(&stream_, level, Z_DEFLATED, -std::max(window_bits, 9), 8, Z_DEFAULT_STRATEGY) !=
            Z_OK) {
            throw std::runtime_error("deflateInit2");
        }
    }
    ~Compressor() { deflateEnd(&stream_); }
    Compressor(const Compressor&) = delete;
    Compressor& operator=(const Compressor&) = delete;

    std::string operator()(std::string_view message) {
        std::string out = run(message, Z_SYNC_FLUSH);
        if (!out.ends_with(std::string_view("\0\0\xFF\xFF", 4))) throw std::runtime_error("no tail");
        out.resize(out.size() - 4);
        if (!takeover_) deflateReset(&stream_);
        return out;
    }
    /// As one whole stream, whose last block is marked as such.
    std::string finished(std::string_view message) {
        std::string out = run(message, Z_FINISH);
        deflateReset(&stream_);
        return out;
    }

private:
    std::string run(std::string_view message, int flush) {
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(message.data()));
        stream_.avail_in = static_cast<uInt>(message.size());
        std::string out(deflateBound(&stream_, message.size()) + 64, '\0');
        stream_.next_out = reinterpret_cast<Bytef*>(out.data());
        stream_.avail_out = static_cast<uInt>(out.size());
        deflate(&stream_, flush);
        out.resize(out.size() - stream_.avail_out);
        return out;
    }

    z_stream stream_{};
    bool takeover_;
};

/// Inflates a server's messages, a byte at a time: only so does zlib see that no match reaches back further
/// than the window. Throws when the data is wrong.
class Decompressor {
public:
    explicit Decompressor(int window_bits = 15, bool takeover = false)
        : window_bits_(window_bits), takeover_(takeover) {
        if (inflateInit2(&stream_, -window_bits) != Z_OK) throw std::runtime_error("inflateInit2");
    }
    ~Decompressor() { inflateEnd(&stream_); }
    Decompressor(const Decompressor&) = delete;
    Decompressor& operator=(const Decompressor&) = delete;

    std::string operator()(std::string_view payload) {
        std::string in(payload);
        in.append("\0\0\xFF\xFF", 4);
        stream_.next_in = reinterpret_cast<Bytef*>(in.data());
        stream_.avail_in = static_cast<uInt>(in.size());
        std::string out;
        while (true) {
            Bytef byte;
            stream_.next_out = &byte;
            stream_.avail_out = 1;
            const int result = inflate(&stream_, Z_SYNC_FLUSH);
            if (stream_.avail_out == 0) out += static_cast<char>(byte);
            if (result != Z_OK && result != Z_BUF_ERROR) {
                throw std::runtime_error(stream_.msg != nullptr ? stream_.msg : "inflate");
            }
            if (stream_.avail_out > 0) break;
        }
        if (stream_.avail_in > 0) throw std::runtime_error("input left");
        if (!takeover_) inflateReset2(&stream_, -window_bits_);
        return out;
    }

private:
    z_stream stream_{};
    int window_bits_;
    bool takeover_;
};

/// Text like that of a chat: compressible, never the same, and with repetitions at many distances.
inline std::string chat_text(std::size_t size, unsigned seed) {
    static constexpr std::string_view k_words[] = {"{\"type\":\"message\",",
                                                   "\"from\":\"zhang3\",",
                                                   "你好",
                                                   "message ",
                                                   "hello ",
                                                   "\"text\":",
                                                   "see you at "};
    std::mt19937 random(seed);
    std::string text;
    while (text.size() < size) {
        text += k_words[random() % std::size(k_words)];
        if (random() % 3 == 0) text += std::to_string(random());
        if (text.size() > 100 && random() % 5 == 0) {
            // From the beginning of a character, so that the text stays UTF-8.
            std::size_t at = random() % (text.size() - 60);
            while ((static_cast<unsigned char>(text[at]) & 0xC0) == 0x80)
                ++at;
            std::size_t end = at + 40;
            while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
                ++end;
            text += text.substr(at, end - at);
        }
    }
    while (text.size() > size) {
        std::size_t cut = text.size() - 1;
        while ((static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80)
            --cut;
        text.resize(cut);
    }
    return text.append(size - text.size(), '.');
}

inline std::string random_bytes(std::size_t size, unsigned seed) {
    std::mt19937 random(seed);
    std::string bytes(size, '\0');
    for (char& byte : bytes)
        byte = static_cast<char>(random());
    return bytes;
}

}  // namespace zanhu::ws::wire
