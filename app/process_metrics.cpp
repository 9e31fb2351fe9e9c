#include "app/process_metrics.h"

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "core/base/version.h"

namespace zanhu::app {

namespace {

using enum MetricKind;

/// The fields of /proc/self/stat behind the command's name, which may hold blanks; the first is the state,
/// which proc(5) counts as the third.
std::vector<std::string> process_fields() {
    std::ifstream file("/proc/self/stat");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const std::size_t name_end = text.rfind(')');
    if (name_end == std::string::npos) return {};
    std::istringstream rest(text.substr(name_end + 1));
    return {std::istream_iterator<std::string>(rest), {}};
}

double boot_time() {
    std::ifstream file("/proc/stat");
    std::string word;
    double seconds = 0;
    while (file >> word) {
        if (word == "btime" && file >> seconds) break;
    }
    return seconds;
}

std::int64_t open_descriptors() {
    std::error_code error;
    const std::filesystem::directory_iterator entries("/proc/self/fd", error);
    // The listing has a descriptor of its own.
    return error ? 0 : std::distance(begin(entries), end(entries)) - 1;
}

void add_process(Exposition& exposition) {
    // proc(5) numbers from 1; the vector's first is number 3.
    constexpr std::size_t k_user = 14 - 3;
    constexpr std::size_t k_system = 15 - 3;
    constexpr std::size_t k_start = 22 - 3;
    constexpr std::size_t k_virtual = 23 - 3;
    constexpr std::size_t k_resident = 24 - 3;
    const auto fields = process_fields();
    if (fields.size() <= k_resident) return;
    const auto number = [&fields](std::size_t field) { return std::stod(fields[field]); };
    const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    const auto page = static_cast<double>(::sysconf(_SC_PAGESIZE));
    exposition.single("process_cpu_seconds_total",
                      counter,
                      "User and system time of the process in seconds",
                      (number(k_user) + number(k_system)) / ticks);
    exposition.single("process_start_time_seconds",
                      gauge,
                      "When the process began, in seconds since 1970",
                      boot_time() + number(k_start) / ticks);
    exposition.single("process_virtual_memory_bytes", gauge, "Virtual memory", number(k_virtual));
    exposition.single("process_resident_memory_bytes", gauge, "Resident memory", number(k_resident) * page);
    exposition.single("process_open_fds", gauge, "Open descriptors", open_descriptors());
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    exposition.single(
        "process_max_fds", gauge, "Descriptors that may be open", static_cast<double>(limit.rlim_cur));
}

void add_memory(Exposition& exposition) {
    const auto heap = ::mallinfo2();
    exposition.family("zanhu_allocator_bytes", gauge, "Memory of the allocator, by what it is for");
    exposition.sample(static_cast<std::int64_t>(heap.uordblks), "state=\"used\"");
    exposition.sample(static_cast<std::int64_t>(heap.fordblks), "state=\"free\"");
    exposition.sample(static_cast<std::int64_t>(heap.hblkhd), "state=\"mapped\"");
}

}  // namespace

void add_process_metrics(Exposition& exposition) {
    exposition.family("zanhu_build_info", gauge, "The version that runs");
    exposition.sample(std::int64_t{1}, "version=" + quoted_label(k_version));
    add_process(exposition);
    add_memory(exposition);
}

}  // namespace zanhu::app
