#include "app/elf_file.h"

#include <link.h>

#include <cstring>
#include <fstream>
#include <vector>

namespace zanhu::app {

bool is_cut_off(const std::string& file) {
    std::ifstream in(file, std::ios::binary | std::ios::ate);
    const auto size = static_cast<std::uint64_t>(in.tellg());
    ElfW(Ehdr) head{};
    in.seekg(0).read(reinterpret_cast<char*>(&head), sizeof head);
    if (!in || std::memcmp(head.e_ident, ELFMAG, SELFMAG) != 0) return false;
    if (head.e_phentsize != sizeof(ElfW(Phdr))) return false;  // of another machine
    std::vector<ElfW(Phdr)> segments(head.e_phnum);
    in.seekg(static_cast<std::streamoff>(head.e_phoff));
    in.read(reinterpret_cast<char*>(segments.data()),
            static_cast<std::streamsize>(segments.size() * sizeof(ElfW(Phdr))));
    if (!in) return true;
    for (const auto& segment : segments) {
        if (segment.p_offset > size || segment.p_filesz > size - segment.p_offset) return true;
    }
    return false;
}

}  // namespace zanhu::app
