#pragma once

#include <cstddef>
#include <new>

namespace zanhu {

/// For a hash table that has lost an entry: gives back the buckets of a crowd that has gone, which the
/// standard containers never do. Its cost is shared by the entries that went: at least seven for each that
/// stays. Iterators to the table end; pointers to entries do not.
template <class Table>
void shrink_buckets(Table& table) noexcept {
    constexpr std::size_t k_few = 256;
    constexpr std::size_t k_sparse = 8;
    if (table.bucket_count() <= k_few || table.size() >= table.bucket_count() / k_sparse) return;
    try {
        table.rehash(0);
    } catch (const std::bad_alloc&) {
        return;  // it stays as it was, and works
    }
}

}  // namespace zanhu
