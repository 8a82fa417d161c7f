// SelectiveScan of a stretch of time and a range of columns, lanes along channels. See README.md for the plan of the loops.
#pragma once

#include "ops/selective_scan/selective_scan.h"
#include "runtime/simd/columns.h"
#include "runtime/simd/math.h"
#include "runtime/simd/transpose.h"
#include "runtime/simd/walk.h"

namespace ssm {
namespace SSM_ISA {
namespace {  // other operators have names like these

constexpr int kTile = 16;       // time steps between two visits to the same channels
constexpr int kCacheLine = 16;  // floats
// Channel vectors that share one broadcast of B and C. Four chains of an exponential keep two multiply-add units busy; wide vectors, which hold more of a row
// anyway, are content with two.
constexpr int kColumn = kWidth >= 16 ? 2 : 4;
constexpr int kLanes = kColumn * kWidth;
using ScanLayout = Layout<kColumn>;

// What a task reads and writes.
struct Item {
  Walk<const float> u, delta, B, C, z;
  Walk<float> y;
  float* h;     // [vectors, N, kWidth], a column [N, width, kWidth] after the other
  float* sums;  // [vectors, kWidth], or null: where the sums of dt are wanted
  bool echo;    // what the initial state alone adds to y: u counts as zero
};

// One column of a tile, kTile rows of kLanes. Rows of a tensor may lie a power of two apart and then evict each other from the nearest cache, so
// each of them is touched once only and what is needed again is kept here.
struct Tile {
  alignas(64) float u[kTile * kLanes];
  alignas(64) float dt[kTile * kLanes];    // before, z
  alignas(64) float dt_u[kTile * kLanes];  // before, the exponential of the softplus; after, that of the gate
  alignas(64) float y[kTile * kLanes];
};

class Scan {
 public:
  Scan(const SelectiveScanParams& p, const ScanLayout& layout, float* A, float* bound) : p_(p), layout_(layout), A_(A), bound_(bound) {}

  // Packs A, times log2(e), and finds the largest |A| of each channel: infinite if one is NaN.
  void PackA() const {
    Pack(p_.A, A_, 0, layout_.vectors());
    ForColumns(0, layout_.vectors(), [&](const Column& c) {
      for (int i = 0; i < c.width; ++i) {
        Vec bound = Set(0.0f);
        for (std::int64_t n = 0; n < p_.state; ++n) {
          float* const at = A_ + (c.vector * p_.state + n * c.width + i) * kWidth;
          const Vec a = Load(at) * Set(kLog2E);
          Store(at, a);
          bound = Max(bound, IfNan(a, Set(kInfinity), Abs(a)));
        }
        Store(bound_ + (c.vector + i) * kWidth, bound);
      }
    });
  }

  // [D, N], or zeros for null, into the packed order, for the vectors [begin, end).
  void Pack(const float* from, float* to, std::int64_t begin, std::int64_t end) const {
    const std::int64_t N = p_.state;
    ForColumns(begin, end, [&](const Column& c) {
      for (int i = 0; i < c.width; ++i) {
        float* const lanes = to + (c.vector * N + i) * kWidth;
        if (from) {
          RowsToLanes(from + (c.channel + i * kWidth) * N, c.left - i * kWidth, N, lanes, c.width * kWidth);
        } else {
          for (std::int64_t n = 0; n < N; ++n) Store(lanes + n * c.width * kWidth, Set(0.0f));
        }
      }
    });
  }
  void Unpack(const float* from, float* to, std::int64_t begin, std::int64_t end) const {
    const std::int64_t N = p_.state;
    ForColumns(begin, end, [&](const Column& c) {
      for (int i = 0; i < c.width; ++i) {
        LanesToRows(from + (c.vector * N + i) * kWidth, c.left - i * kWidth, N, to + (c.channel + i * kWidth) * N, c.width * kWidth);
      }
    });
  }

  // The vectors [begin, end), whole columns, over the steps [first, last).
  void Run(const Item& item, std::int64_t first, std::int64_t last, std::int64_t begin, std::int64_t end) const {
    const FlushDenormals flush;
    const Column start = layout_.At(begin);
    for (std::int64_t t = first; t < last; t += kTile) {
      if (item.echo && Silent(item.h, begin, end)) return;
      const int rows = static_cast<int>(Least<std::int64_t>(kTile, last - t));
      const bool whole_tile_follows = t + 2 * kTile <= last;
      for (Column c = start; c.vector < end;) {
        const Column after = layout_.After(c);
        const Next next = after.vector < end ? Next{t, after} : Next{whole_tile_follows ? t + rows : t, start};
        switch (c.width) {
          case kColumn: RunColumn<kColumn>(item, t, rows, c, next); break;
          case 1: RunColumn<1>(item, t, rows, c, next); break;
          default: RunColumn<2>(item, t, rows, c, next); break;
        }
        c = after;
      }
    }
  }

  // The state at the end of a stretch, of the vectors [begin, end): `h`, its own, and what is left of that `before` it.
  void Advance(const float* sums, const float* before, float* h, std::int64_t begin, std::int64_t end) const {
    const FlushDenormals flush;
    ForColumns(begin, end, [&](const Column& c) {
      for (std::int64_t i = 0; i < p_.state * c.width; ++i) {
        const std::int64_t at = (c.vector * p_.state + i) * kWidth;
        const Vec decay = Exp2Product(Load(sums + (c.vector + i % c.width) * kWidth), Load(A_ + at));
        Store(h + at, Fma(decay, Load(before + at), Load(h + at)));
      }
    });
  }

 private:
  // A state of zeros stays so.
  bool Silent(const float* h, std::int64_t begin, std::int64_t end) const {
    Vec largest = Set(0.0f);
    for (std::int64_t i = begin * p_.state; i < end * p_.state; ++i) largest = Max(largest, IfNan(Load(h + i * kWidth), Set(1.0f), Abs(Load(h + i * kWidth))));
    return AllAtMost(largest, Set(0.0f));
  }

  // What is asked for while a column is in work.
  struct Next {
    std::int64_t t;
    const Column& column;
  };

  template <typename Body>
  void ForColumns(std::int64_t begin, std::int64_t end, const Body& body) const {
    for (Column c = layout_.At(begin); c.vector < end; c = layout_.After(c)) body(c);
  }

  template <int kVectors>
  void RunColumn(const Item& item, std::int64_t t, int rows, const Column& c, Next next) const {
    Tile tile;
    bool in_range = true;
    for (int i = 0; i < kVectors; ++i) in_range &= Discretize(item, t, rows, c, i, tile);
    if (in_range) {
      Recur<kVectors, true>(item, t, rows, c, next, tile);
    } else {
      Recur<kVectors, false>(item, t, rows, c, next, tile);
    }
    for (int i = 0; i < kVectors; ++i) Finish(item, t, rows, c, i, tile);
  }

  // dt and dt u of one vector. True if dt A stays within kExp2Range for the whole tile. A NaN in dt need not show: it is in dt u too.
  bool Discretize(const Item& item, std::int64_t t, int rows, const Column& c, int i, Tile& tile) const {
    const std::int64_t channel = c.channel + i * kWidth, left = c.left - i * kWidth;
    const Vec bias = p_.delta_bias ? LoadUpTo(p_.delta_bias + channel, left) : Set(0.0f);
    const Vec bound = Load(bound_ + (c.vector + i) * kWidth);
    for (int r = 0, at = i * kWidth; r < rows; ++r, at += kLanes) {
      const Vec dt = LoadUpTo(item.delta.Row(t + r) + channel, left) + bias;
      Store(tile.dt + at, dt);
      if (p_.delta_softplus) Store(tile.dt_u + at, SoftplusExp(dt));
    }
    Vec largest = Set(0.0f), sum = Set(0.0f);
    for (int r = 0, at = i * kWidth; r < rows; ++r, at += kLanes) {
      const Vec u = item.echo ? Set(0.0f) : LoadUpTo(item.u.Row(t + r) + channel, left);
      Vec dt = Load(tile.dt + at);
      if (p_.delta_softplus) dt = Softplus(dt, Load(tile.dt_u + at));
      Store(tile.u + at, u);
      Store(tile.dt + at, dt);
      Store(tile.dt_u + at, dt * u);
      largest = Max(largest, Abs(dt) * bound);
      sum = sum + dt;
    }
    if (item.sums) {
      float* const sums = item.sums + (c.vector + i) * kWidth;
      Store(sums, Load(sums) + sum);
    }
    return AllAtMost(largest, Set(kExp2Range));
  }

  // The recurrence itself, into tile.y.
  template <int kVectors, bool kInRange>
  void Recur(const Item& item, std::int64_t t, int rows, const Column& c, Next next, Tile& tile) const {
    const std::int64_t N = p_.state;
    const float* const A = A_ + c.vector * N * kWidth;
    float* const h = item.h + c.vector * N * kWidth;
    const std::int64_t group = c.group * N;
    for (int r = 0; r < rows; ++r) {
      PrefetchRow(item, next.t + r, next.column);
      const float* const B = item.B.Row(t + r) + group;
      const float* const C = item.C.Row(t + r) + group;
      Vec dt[kVectors], dt_u[kVectors], y[kVectors];
      for (int i = 0; i < kVectors; ++i) {
        dt[i] = Load(tile.dt + r * kLanes + i * kWidth);
        dt_u[i] = Load(tile.dt_u + r * kLanes + i * kWidth);
        y[i] = Set(0.0f);
      }
      for (std::int64_t n = 0; n < N; ++n) {
        const Vec B_n = Set(B[n]), C_n = Set(C[n]);
        for (int i = 0; i < kVectors; ++i) {
          const std::int64_t at = (n * kVectors + i) * kWidth;
          const Vec a = Load(A + at);
          const Vec decay = kInRange ? Exp2ProductInRange(dt[i], a) : Exp2Product(dt[i], a);
          const Vec h_n = Fma(decay, Load(h + at), dt_u[i] * B_n);
          Store(h + at, h_n);
          y[i] = Fma(C_n, h_n, y[i]);
        }
      }
      for (int i = 0; i < kVectors; ++i) Store(tile.y + r * kLanes + i * kWidth, y[i]);
    }
  }

  // Rows of a column lie a whole tensor row apart, too far for the processor to foresee: asks for the next column while this one is in work.
  SSM_INLINE_MEMBER void PrefetchRow(const Item& item, std::int64_t t, const Column& c) const {
    for (std::int64_t channel = c.channel; channel < c.channel + Least<std::int64_t>(c.width * kWidth, c.left); channel += kCacheLine) {
      Prefetch(item.delta.Row(t) + channel);
      Prefetch(item.u.Row(t) + channel);
      if (p_.z) Prefetch(item.z.Row(t) + channel);
      Prefetch(item.y.Row(t) + channel);
    }
  }

  // Skip and gate of one vector, from tile.y into y.
  void Finish(const Item& item, std::int64_t t, int rows, const Column& c, int i, Tile& tile) const {
    const std::int64_t channel = c.channel + i * kWidth, left = c.left - i * kWidth;
    const Vec skip = p_.D ? LoadUpTo(p_.D + channel, left) : Set(0.0f);
    if (p_.z) {
      for (int r = 0, at = i * kWidth; r < rows; ++r, at += kLanes) {
        const Vec z = LoadUpTo(item.z.Row(t + r) + channel, left);
        Store(tile.dt + at, z);
        Store(tile.dt_u + at, SiluExp(z));
      }
    }
    for (int r = 0, at = i * kWidth; r < rows; ++r, at += kLanes) {
      float* const to = item.y.Row(t + r) + channel;
      Vec y = Load(tile.y + at);
      if (p_.D) y = Fma(skip, Load(tile.u + at), y);
      if (p_.z) y = y * Silu(Load(tile.dt + at), Load(tile.dt_u + at));
      if (item.echo) y = LoadUpTo(to, left) + y;
      StoreUpTo(to, y, left);
    }
  }

  const SelectiveScanParams& p_;
  const ScanLayout& layout_;
  float* A_;      // [vectors, N, kWidth], a column [N, width, kWidth] after the other
  float* bound_;  // [vectors, kWidth]
};

}  // namespace
}  // namespace SSM_ISA
}  // namespace ssm
