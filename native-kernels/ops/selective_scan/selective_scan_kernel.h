// SelectiveScan of a stretch of time and a range of columns, lanes along channels. See README.md for the plan of the loops.
#pragma once

#include "ops/selective_scan/selective_scan.h"
#include "runtime/simd/scan_tile.h"
#include "runtime/simd/walk.h"

namespace ssm {
namespace SSM_ISA {
namespace {

// What a task reads and writes.
struct Item {
  Walk<const float> u, delta, B, C, z;
  Walk<float> y;
  float* h;     // packed state
  float* sums;  // [vectors, kWidth], or null: where the sums of dt are wanted
  bool echo;    // what the initial state alone adds to y: u counts as zero
};

class Scan {
 public:
  // A: packed; bound: [vectors, kWidth]. Both by PackA.
  Scan(const SelectiveScanParams& p, const ScanLayout& layout, const float* A, const float* bound) : p_(p), layout_(layout), A_(A), bound_(bound) {}

  // The vectors [begin, end), whole columns, over the steps [first, last).
  void Run(const Item& item, std::int64_t first, std::int64_t last, std::int64_t begin, std::int64_t end) const {
    const FlushDenormals flush;
    if (first == last) return;
    TileRows tiles[2];
    int now = 0;
    ReadRows(item, first, last, tiles[now]);
    for (std::int64_t t = first; t < last; t += kTile) {
      if (item.echo && Silent(item.h, begin, end)) return;
      const bool tile_follows = t + kTile < last;
      if (tile_follows) ReadRows(item, t + kTile, last, tiles[1 - now]);
      RunTile(tiles[now], tiles[tile_follows ? 1 - now : now], layout_, begin, end, p_.state, [&](const Column& c) -> ScanColumn {
        const std::int64_t at = c.vector * p_.state * kWidth;
        return {A_ + at, bound_ + c.vector * kWidth, item.h + at, item.sums ? item.sums + c.vector * kWidth : nullptr, p_.delta_bias, p_.D, p_.state,
                p_.delta_softplus, item.echo, item.echo};
      });
      now = 1 - now;
    }
  }

  // The state at the end of a stretch, of the vectors [begin, end): `h`, its own, and what is left of that `before` it.
  void Advance(const float* sums, const float* before, float* h, std::int64_t begin, std::int64_t end) const {
    const FlushDenormals flush;
    for (Column c = layout_.At(begin); c.vector < end; c = layout_.After(c)) {
      for (std::int64_t i = 0; i < p_.state * c.width; ++i) {
        const std::int64_t at = (c.vector * p_.state + i) * kWidth;
        const Vec decay = Exp2Product(Load(sums + (c.vector + i % c.width) * kWidth), Load(A_ + at));
        Store(h + at, Fma(decay, Load(before + at), Load(h + at)));
      }
    }
  }

 private:
  // A tile of steps from t on; the last row stands for those behind `last`, which are only asked for.
  void ReadRows(const Item& item, std::int64_t t, std::int64_t last, TileRows& rows) const {
    rows.count = static_cast<int>(Least<std::int64_t>(kTile, last - t));
    for (int r = 0; r < kTile; ++r) {
      const std::int64_t step = Least(t + r, last - 1);
      rows.delta[r] = item.delta.Row(step);
      rows.u[r] = item.u.Row(step);
      rows.z[r] = p_.z ? item.z.Row(step) : nullptr;
      rows.B[r] = item.B.Row(step);
      rows.C[r] = item.C.Row(step);
      rows.y[r] = item.y.Row(step);
    }
  }

  // A state of zeros stays so.
  bool Silent(const float* h, std::int64_t begin, std::int64_t end) const {
    Vec largest = Set(0.0f);
    for (std::int64_t i = begin * p_.state; i < end * p_.state; ++i) largest = Max(largest, IfNan(Load(h + i * kWidth), Set(1.0f), Abs(Load(h + i * kWidth))));
    return AllAtMost(largest, Set(0.0f));
  }

  const SelectiveScanParams& p_;
  const ScanLayout& layout_;
  const float* A_;
  const float* bound_;
};

}  // namespace
}  // namespace SSM_ISA
}  // namespace ssm
