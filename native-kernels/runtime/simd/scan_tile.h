// A tile of a selective scan's steps, wherever the rows of these steps lie: what SelectiveScan and SelectiveScan2d share. See ops/selective_scan/README.md for the plan of the loops.
#pragma once

#include "runtime/simd/columns.h"
#include "runtime/simd/math.h"
#include "runtime/simd/transpose.h"

namespace ssm {
namespace SSM_ISA {
namespace {  // each operator has its own

constexpr int kTile = 16;       // steps between two visits to the same channels
constexpr int kCacheLine = 16;  // floats
constexpr int kRowsAhead = 2;   // from the row in work to the one asked for, where rows are taken whole
constexpr int kRowColumn = 4;   // vectors of such a row at once
constexpr int kRowColumns = 8;  // times as many between the two parts of a step
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

// What is asked for while a column is in work: it lies too far off for the processor to foresee. Into the second cache, for a tile of four tensors is more than
// the nearest keeps; and a line more than the column is wide, for a row need not begin on one.
struct Ahead {
  const TileRows& rows;
  std::int64_t channel;
  std::int64_t count;  // of channels

  SSM_INLINE_MEMBER void PrefetchRow(int r) const {
    for (std::int64_t at = channel; at < channel + count + kCacheLine - 1; at += kCacheLine) {
      PrefetchFar(rows.delta[r] + at);
      PrefetchFar(rows.u[r] + at);
      if (rows.z[0]) PrefetchFar(rows.z[r] + at);
      PrefetchFar(rows.y[r] + at);
    }
  }
};

SSM_INLINE Ahead AheadOf(const TileRows& rows, const Column& c) { return {rows, c.channel, Least<std::int64_t>(c.width * kWidth, c.left)}; }

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
    const std::int64_t group = c.group * s.state;
    for (int r = 0; r < rows.count; ++r) {
      ahead.PrefetchRow(r);
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
void RunColumn(const TileRows& rows, const Column& c, const ScanColumn& s, const Ahead& ahead) {
  ScanTile<kVectors> tile;
  tile.Run(rows, c, s, ahead);
}

template <int kVectors>
struct Width {
  static constexpr int kValue = kVectors;
};

// f(Width) of the column, whose width, at most kMost, is known when compiled.
template <int kMost, typename F>
SSM_INLINE void WithWidth(const Column& c, const F& f) {
  switch (c.width) {
    case kMost: return f(Width<kMost>());
    case 1: return f(Width<1>());
    default: return f(Width<2>());
  }
}

// A step of a column with a single state, in two parts: dt, and what follows from it. `s` is of a column `lanes` before this one.
template <int kVectors>
SSM_INLINE void StepSize(const TileRows& rows, int r, const Column& c, const ScanColumn& s, std::int64_t lanes, float* to) {
  using V = Vecs<kVectors>;
  V dt = LoadAllUpTo<V>(rows.delta[r] + c.channel, c.left);
  if (s.bias) dt = dt + LoadAllUpTo<V>(s.bias + c.channel, c.left);
  if (s.softplus) dt = Softplus(dt);
  if (s.sums) StoreAll(s.sums + lanes, LoadAll<V>(s.sums + lanes) + dt);
  StoreAll(to, dt);
}

template <int kVectors>
SSM_INLINE void StepState(const TileRows& rows, int r, const Column& c, const ScanColumn& s, std::int64_t lanes, const float* step) {
  using V = Vecs<kVectors>;
  const V dt = LoadAll<V>(step), A = LoadAll<V>(s.A + lanes), u = s.echo ? All<V>(0.0f) : LoadAllUpTo<V>(rows.u[r] + c.channel, c.left);
  const V decay = AllAtMost(Largest(Abs(dt) * LoadAll<V>(s.bound + lanes)), Set(kExp2Range)) ? Exp2ProductInRange(dt, A) : Exp2Product(dt, A);
  const V h = Fma(decay, LoadAll<V>(s.h + lanes), dt * u * All<V>(rows.B[r][c.group]));
  StoreAll(s.h + lanes, h);
  V y = All<V>(rows.C[r][c.group]) * h;
  if (s.skip) y = Fma(LoadAllUpTo<V>(s.skip + c.channel, c.left), u, y);
  if (rows.z[0]) y = y * Silu(LoadAllUpTo<V>(rows.z[r] + c.channel, c.left));
  float* const to = rows.y[r] + c.channel;
  if (s.add) y = LoadAllUpTo<V>(to, c.left) + y;
  StoreAllUpTo(to, y, c.left);
}

// The columns of the vectors [begin, end) of a step of a scan with a single state. Each number is needed once, so rows are taken whole, one after the other, as
// they lie, and in columns as wide as will do: with a single state, these lie side by side. The two parts of a step are loops of their own, for a processor then has
// several columns in work.
class StepRow {
 public:
  // `first` is what the column at `begin` takes; the others follow it.
  StepRow(const TileRows& rows, const TileRows& next, const ScanLayout& layout, std::int64_t begin, std::int64_t end, const ScanColumn& first)
      : rows_(rows), next_(next), wide_{layout.groups, layout.group_channels, layout.group_vectors, 0}, end_(end), start_(Within(wide_.At(begin))), first_(first) {}

  void Run(int r) const {
    const int far = r + kRowsAhead;
    const TileRows& ahead = far < kTile ? rows_ : next_;
    alignas(64) float steps[kRowColumns * kRowColumn * kWidth];
    for (Column start = start_; start.vector < end_;) {
      Column c = start;
      for (int i = 0; i < kRowColumns && c.vector < end_; ++i, c = Within(wide_.After(c))) {
        AheadOf(ahead, c).PrefetchRow(far % kTile);
        Size(r, c, steps + i * kRowColumn * kWidth);
      }
      c = start;
      for (int i = 0; i < kRowColumns && c.vector < end_; ++i, c = Within(wide_.After(c))) State(r, c, steps + i * kRowColumn * kWidth);
      start = c;
    }
  }

 private:
  SSM_INLINE_MEMBER Column Within(Column c) const {
    c.width = static_cast<int>(Least<std::int64_t>(c.width, end_ - c.vector));
    return c;
  }

  SSM_INLINE_MEMBER std::int64_t Lanes(const Column& c) const { return (c.vector - start_.vector) * kWidth; }

  SSM_INLINE_MEMBER void Size(int r, const Column& c, float* to) const {
    switch (c.width) {
      case kRowColumn: return StepSize<kRowColumn>(rows_, r, c, first_, Lanes(c), to);
      case 1: return StepSize<1>(rows_, r, c, first_, Lanes(c), to);
      default: return StepSize<2>(rows_, r, c, first_, Lanes(c), to);
    }
  }

  SSM_INLINE_MEMBER void State(int r, const Column& c, const float* step) const {
    switch (c.width) {
      case kRowColumn: return StepState<kRowColumn>(rows_, r, c, first_, Lanes(c), step);
      case 1: return StepState<1>(rows_, r, c, first_, Lanes(c), step);
      default: return StepState<2>(rows_, r, c, first_, Lanes(c), step);
    }
  }

  const TileRows& rows_;
  const TileRows& next_;
  const Layout<kRowColumn> wide_;
  const std::int64_t end_;
  const Column start_;
  const ScanColumn first_;
};

// The columns of the vectors [begin, end) over a tile; scan(column) gives what each takes. `next` is the tile to come, or this one again.
template <typename ScanOf>
SSM_INLINE void RunTile(const TileRows& rows, const TileRows& next, const ScanLayout& layout, std::int64_t begin, std::int64_t end, std::int64_t state,
                        const ScanOf& scan) {
  const Column start = layout.At(begin);
  if (state == 1) {
    const StepRow step(rows, next, layout, begin, end, scan(start));
    for (int r = 0; r < rows.count; ++r) step.Run(r);
    return;
  }
  for (Column c = start; c.vector < end;) {
    const Column after = layout.After(c);
    const bool ends = after.vector >= end;
    const Ahead ahead = AheadOf(ends ? next : rows, ends ? start : after);
    WithWidth<kColumn>(c, [&](auto width) { RunColumn<decltype(width)::kValue>(rows, c, scan(c), ahead); });
    c = after;
  }
}

}  // namespace
}  // namespace SSM_ISA
}  // namespace ssm
