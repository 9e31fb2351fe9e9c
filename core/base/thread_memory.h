#pragma once

namespace zanhu {

/// Gives back what glibc keeps for this thread, and malloc_trim() cannot reach. The freed blocks, up to seven
/// of each size, lie scattered, and after a crowd each of them holds a page: they go back to the allocator.
/// And the pages at the end of the thread's own heap go back to the system. For a thread that has come to
/// rest: it starts a thread and waits for its end.
void free_thread_memory() noexcept;

}  // namespace zanhu
