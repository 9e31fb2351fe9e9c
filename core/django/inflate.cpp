#include "core/django/inflate.h"

#include <zlib.h>

#include <algorithm>

#include <zanhu/errors.h>

namespace zanhu::django {

namespace {

constexpr int k_zlib_or_gzip = 15 + 32;  // zlib.h, inflateInit2

}  // namespace

std::optional<std::string> inflate_up_to(std::string_view data, std::size_t limit) {
    if (data.size() > limit) return std::nullopt;
    z_stream stream{};
    if (inflateInit2(&stream, k_zlib_or_gzip) != Z_OK)
        throw Error("zlib could not start: the process is out of memory");
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
    stream.avail_in = static_cast<uInt>(data.size());
    std::string out;
    int status = Z_OK;
    while (status == Z_OK && out.size() <= limit) {
        const std::size_t filled = out.size();
        out.resize(std::min(limit + 1, std::max<std::size_t>(512, filled * 2)));
        stream.next_out = reinterpret_cast<Bytef*>(out.data() + filled);
        stream.avail_out = static_cast<uInt>(out.size() - filled);
        status = inflate(&stream, Z_NO_FLUSH);
        out.resize(out.size() - stream.avail_out);
    }
    inflateEnd(&stream);
    if (status != Z_STREAM_END || out.size() > limit) return std::nullopt;
    return out;
}

}  // namespace zanhu::django
