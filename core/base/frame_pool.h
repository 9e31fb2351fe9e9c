#pragma once

namespace zanhu {

/// Gives the coroutine frames that this thread keeps for the next tasks back to the allocator.
void free_kept_frames() noexcept;

}  // namespace zanhu
