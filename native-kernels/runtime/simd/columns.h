// How a scan with lanes along channels cuts these into vectors, and the vectors into columns.
#pragma once

#include "runtime/simd/vec.h"
#include "runtime/simd/walk.h"

namespace ssm {
namespace SSM_ISA {

// A few vectors that lie side by side in a group and share each broadcast of what their channels have in common.
struct Column {
  std::int64_t vector;   // its first, of all
  std::int64_t offset;   // its first, of its group
  std::int64_t group;
  std::int64_t channel;  // of its first lane
  std::int64_t left;     // channels from there to the end of the group
  int width;             // vectors
};

// No vector crosses a group, so the last one of each group may be partly filled. A group is cut into columns of kColumn vectors and the rest into
// narrower ones, of 2 and 1.
template <int kColumn>
struct Layout {
  static_assert(kColumn == 2 || kColumn == 4, "the rest of a group is cut into 2 and 1");

  std::int64_t groups;
  std::int64_t group_channels;
  std::int64_t group_vectors;
  std::int64_t group_columns;

  std::int64_t vectors() const { return groups * group_vectors; }
  std::int64_t columns() const { return groups * group_columns; }

  // The first vector of a column; that of columns() is vectors().
  std::int64_t First(std::int64_t column) const {
    const std::int64_t group = column / group_columns, whole = group_vectors / kColumn, rest = column % group_columns - whole;
    return group * group_vectors + (rest <= 0 ? (whole + rest) * kColumn : whole * kColumn + 2 * rest);
  }

  Column At(std::int64_t vector) const { return At(vector, vector / group_vectors, vector % group_vectors); }
  // The column behind this one, without a division: they take longer than a row of the scan.
  Column After(const Column& c) const {
    const bool ends = c.offset + c.width == group_vectors;
    return At(c.vector + c.width, c.group + ends, ends ? 0 : c.offset + c.width);
  }

  Column At(std::int64_t vector, std::int64_t group, std::int64_t offset) const {
    const std::int64_t left = group_vectors - offset;
    return {vector, offset, group, group * group_channels + offset * kWidth, group_channels - offset * kWidth, left >= kColumn ? kColumn : left >= 2 ? 2 : 1};
  }
};

template <int kColumn>
SSM_INLINE Layout<kColumn> MakeLayout(std::int64_t channels, std::int64_t groups) {
  const std::int64_t group_channels = channels / groups, vectors = (group_channels + kWidth - 1) / kWidth, rest = vectors % kColumn;
  return {groups, group_channels, vectors, vectors / kColumn + rest / 2 + rest % 2};
}

// How many ranges the columns of each of `items` scans are cut into: no more than keep the threads busy, for each range has every page of every tensor
// looked up anew, but twice that where some thread would have nothing to do in the end.
SSM_INLINE std::int64_t Ranges(std::int64_t columns, std::int64_t items, std::int64_t threads) {
  const std::int64_t once = (threads + items - 1) / items, twice = (2 * threads + items - 1) / items;
  return Least(columns, items * once % threads == 0 ? once : twice);
}

}  // namespace SSM_ISA
}  // namespace ssm
