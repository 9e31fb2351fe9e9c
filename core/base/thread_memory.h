#pragma once

namespace zanhu {

/// Gives back what glibc and OpenSSL keep for this thread, and malloc_trim() cannot reach. The freed blocks,
/// up to seven of each size, lie scattered, and after a crowd each of them holds a page: they go back to the
/// allocator. And the pages at the end of the thread's own heap go back to the system. For a thread that has
/// come to rest: it starts a thread and waits for its end, and before that for others who do the same.
void free_thread_memory() noexcept;

/// How many heaps glibc makes for threads beside the first one's; they share them. Each costs some pages, and
/// what lives long in it holds on to what a crowd has left around it. Before there are threads.
void limit_heaps(unsigned count) noexcept;

}  // namespace zanhu
