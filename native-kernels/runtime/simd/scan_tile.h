// One column of channel vectors over a tile of a selective scan's steps, wherever the rows of these steps lie: what SelectiveScan and SelectiveScan2d
// share. See ops/selective_scan/README.md for the plan of the loops.
#pragma once

#include "runtime/simd/columns.h"
#include "runtime/simd/math.h"
#include "runtime/simd/transpose.h"

namespace ssm {
namespace SSM_ISA {
namespace {  // each operator has its own

constexpr int kTile = 16;       // steps between two visits to the same channels
constexpr int kCacheLine = 16;  // floats
// Channel vectors that share one broadcast of B and C. Four chains of an exponential keep two multiply-add units busy; wide vectors, which hold more of a row
// anyway, are content with two.
constexpr int kColumn = kWidth >= 16 ? 2 : 4;
using ScanLayout = Layout<kColumn>;

// The rows of a tile's steps, in the order of time.
struct TileRows {
  int count;
  const float *delta[kTile], *u[kTile], *z[kTile];  // from channel 0 on; z[0] is null without a gate
  const float *B[kTile], *C[kTile];                 // from group 0 on
  float* y[kTile];
};

// What a column takes from its operator. A, h and bound are those of PackRows and PackA, at the column.
struct ScanColumn {
  const float* A;            // [N, width, kWidth], times log2(e)
  const float* bound;        // [width, kWidth]: the largest |A| of each channel
  float* h;                  // [N, width, kWidth]
  float* sums;               // [width, kWidth], or null: where the sums of dt are wanted
  const float* bias;         // of delta, from channel 0 on, or null
  const float* skip;         // D, from channel 0 on, or null
  std::int64_t state;        // N
  bool softplus;
  bool add;                  // to what y holds
  bool echo;                 // only what the initial state adds to y: u counts as zero
};

// What is asked for while a column is in work: it lies too far off for the processor to foresee.
struct Ahead {
  const TileRows& rows;
  std::int64_t channel;
  std::int64_t count;  // of channels
};

// [D, N] rows, or zeros for null, into the packed order [vectors, N, kWidth], a column [N, width, kWidth] after the other; vectors [begin, end).
SSM_INLINE void PackRows(const ScanLayout& layout, const float* from, std::int64_t N, float* to, std::int64_t begin, std::int64_t end) {
  for (Column c = layout.At(begin); c.vector < end; c = layout.After(c)) {
    for (int i = 0; i < c.width; ++i) {
      float* const lanes = to + (c.vector * N + i) * kWidth;
      if (from) {
        RowsToLanes(from + (c.channel + i * kWidth) * N, c.left - i * kWidth, N, lanes, c.width * kWidth);
      } else {
        for (std::int64_t n = 0; n < N; ++n) Store(lanes + n * c.width * kWidth, Set(0.0f));
      }
    }
  }
}

SSM_INLINE void UnpackRows(const ScanLayout& layout, const float* from, std::int64_t N, float* to, std::int64_t begin, std::int64_t end) {
  for (Column c = layout.At(begin); c.vector < end; c = layout.After(c)) {
    for (int i = 0; i < c.width; ++i) {
      LanesToRows(from + (c.vector * N + i) * kWidth, c.left - i * kWidth, N, to + (c.channel + i * kWidth) * N, c.width * kWidth);
    }
  }
}

// Packs A, times log2(e), and finds the largest |A| of each channel: infinite if one is NaN.
SSM_INLINE void PackA(const ScanLayout& layout, const float* from, std::int64_t N, float* A, float* bounds) {
  PackRows(layout, from, N, A, 0, layout.vectors());
  for (Column c = layout.At(0); c.vector < layout.vectors(); c = layout.After(c)) {
    for (int i = 0; i < c.width; ++i) {
      Vec bound = Set(0.0f);
      for (std::int64_t n = 0; n < N; ++n) {
        float* const at = A + (c.vector * N + n * c.width + i) * kWidth;
        const Vec a = Load(at) * Set(kLog2E);
        Store(at, a);
        bound = Max(bound, IfNan(a, Set(kInfinity), Abs(a)));
      }
      Store(bounds + (c.vector + i) * kWidth, bound);
    }
  }
}

// A tile of kVectors vectors. Rows of a tensor may lie a power of two apart and then evict each other from the nearest cache, so each of them is touched once
// only and what is needed again is kept here.
template <int kVectors>
class ScanTile {
 public:
  void Run(const TileRows& rows, const Column& c, const ScanColumn& s, const Ahead& ahead) {
    const bool in_range = Discretize(rows, c, s);
    if (in_range) {
      Recur<true>(rows, c, s, ahead);
    } else {
      Recur<false>(rows, c, s, ahead);
    }
    Finish(rows, c, s);
  }

 private:
  using V = Vecs<kVectors>;
  static constexpr int kRow = kVectors * kWidth;

  // dt and dt u. True if dt A stays within kExp2Range for the whole tile. A NaN in dt need not show: it is in dt u too.
  bool Discretize(const TileRows& rows, const Column& c, const ScanColumn& s) {
    const V bias = s.bias ? LoadAllUpTo<V>(s.bias + c.channel, c.left) : All<V>(0.0f), bound = LoadAll<V>(s.bound);
    for (int r = 0; r < rows.count; ++r) {
      StoreAll(dt_ + r * kRow, LoadAllUpTo<V>(rows.delta[r] + c.channel, c.left) + bias);
      StoreAll(u_ + r * kRow, s.echo ? All<V>(0.0f) : LoadAllUpTo<V>(rows.u[r] + c.channel, c.left));
    }
    if (s.softplus) MapVectors(dt_, rows.count * kVectors, [](auto x) { return Softplus(x); });
    V largest = All<V>(0.0f), sum = All<V>(0.0f);
    for (int r = 0; r < rows.count; ++r) {
      const V dt = LoadAll<V>(dt_ + r * kRow);
      StoreAll(dt_u_ + r * kRow, dt * LoadAll<V>(u_ + r * kRow));
      largest = Max(largest, Abs(dt) * bound);
      sum = sum + dt;
    }
    if (s.sums) StoreAll(s.sums, LoadAll<V>(s.sums) + sum);
    return AllAtMost(largest, All<V>(kExp2Range));
  }

  template <bool kInRange>
  static SSM_INLINE_MEMBER V Decay(V dt, V a) {
    if constexpr (kInRange) {
      return Exp2ProductInRange(dt, a);
    } else {
      return Exp2Product(dt, a);
    }
  }

  // The recurrence itself, into y_.
  template <bool kInRange>
  void Recur(const TileRows& rows, const Column& c, const ScanColumn& s, const Ahead& ahead) {
    if (s.state == 1) return RecurOne<kInRange>(rows, c, s, ahead);
    const std::int64_t group = c.group * s.state;
    for (int r = 0; r < rows.count; ++r) {
      PrefetchRow(ahead, r);
      const float* const B = rows.B[r] + group;
      const float* const C = rows.C[r] + group;
      const V dt = LoadAll<V>(dt_ + r * kRow), dt_u = LoadAll<V>(dt_u_ + r * kRow);
      V y = All<V>(0.0f);
      for (std::int64_t n = 0; n < s.state; ++n) {
        const V decay = Decay<kInRange>(dt, LoadAll<V>(s.A + n * kRow));
        const V h = Fma(decay, LoadAll<V>(s.h + n * kRow), dt_u * All<V>(B[n]));
        StoreAll(s.h + n * kRow, h);
        y = Fma(All<V>(C[n]), h, y);
      }
      StoreAll(y_ + r * kRow, y);
    }
  }

  // One state stays in registers.
  template <bool kInRange>
  void RecurOne(const TileRows& rows, const Column& c, const ScanColumn& s, const Ahead& ahead) {
    const V a = LoadAll<V>(s.A);
    V h = LoadAll<V>(s.h);
    for (int r = 0; r < rows.count; ++r) {
      PrefetchRow(ahead, r);
      h = Fma(Decay<kInRange>(LoadAll<V>(dt_ + r * kRow), a), h, LoadAll<V>(dt_u_ + r * kRow) * All<V>(rows.B[r][c.group]));
      StoreAll(y_ + r * kRow, All<V>(rows.C[r][c.group]) * h);
    }
    StoreAll(s.h, h);
  }

  SSM_INLINE_MEMBER void PrefetchRow(const Ahead& ahead, int r) const {
    for (std::int64_t channel = ahead.channel; channel < ahead.channel + ahead.count; channel += kCacheLine) {
      Prefetch(ahead.rows.delta[r] + channel);
      Prefetch(ahead.rows.u[r] + channel);
      if (ahead.rows.z[0]) Prefetch(ahead.rows.z[r] + channel);
      Prefetch(ahead.rows.y[r] + channel);
    }
  }

  // Skip and gate, from y_ into y.
  void Finish(const TileRows& rows, const Column& c, const ScanColumn& s) {
    const V skip = s.skip ? LoadAllUpTo<V>(s.skip + c.channel, c.left) : All<V>(0.0f);
    const bool gated = rows.z[0];
    if (gated) {
      for (int r = 0; r < rows.count; ++r) StoreAll(dt_ + r * kRow, LoadAllUpTo<V>(rows.z[r] + c.channel, c.left));
      MapVectors(dt_, rows.count * kVectors, [](auto x) { return Silu(x); });
    }
    for (int r = 0; r < rows.count; ++r) {
      float* const to = rows.y[r] + c.channel;
      V y = LoadAll<V>(y_ + r * kRow);
      if (s.skip) y = Fma(skip, LoadAll<V>(u_ + r * kRow), y);
      if (gated) y = y * LoadAll<V>(dt_ + r * kRow);
      if (s.add) y = LoadAllUpTo<V>(to, c.left) + y;
      StoreAllUpTo(to, y, c.left);
    }
  }

  alignas(64) float u_[kTile * kRow];
  alignas(64) float dt_[kTile * kRow];    // before, delta; after, z and its silu
  alignas(64) float dt_u_[kTile * kRow];
  alignas(64) float y_[kTile * kRow];
};

template <int kVectors>
void RunTile(const TileRows& rows, const Column& c, const ScanColumn& s, const Ahead& ahead) {
  ScanTile<kVectors> tile;
  tile.Run(rows, c, s, ahead);
}

SSM_INLINE void RunColumn(const TileRows& rows, const Column& c, const ScanColumn& s, const Ahead& ahead) {
  switch (c.width) {
    case kColumn: return RunTile<kColumn>(rows, c, s, ahead);
    case 1: return RunTile<1>(rows, c, s, ahead);
    default: return RunTile<2>(rows, c, s, ahead);
  }
}

}  // namespace
}  // namespace SSM_ISA
}  // namespace ssm
