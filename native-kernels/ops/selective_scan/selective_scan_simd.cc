// SelectiveScan, lanes along channels. See README.md for the plan of the loops.
#include "ops/selective_scan/selective_scan.h"
#include "runtime/simd/math.h"
#include "runtime/simd/transpose.h"
#include "runtime/simd/walk.h"
#include "runtime/work_space.h"

namespace ssm {
namespace SSM_ISA {
namespace {

constexpr int kTile = 16;       // time steps between two visits to the same channels
constexpr int kColumn = 2;      // channel vectors that share one broadcast of B and C
constexpr int kLanes = kColumn * kWidth;
constexpr int kCacheLine = 16;  // floats

// How channels are cut into vectors. No vector crosses a group, so the last one of each group may be partly filled.
struct Layout {
  std::int64_t group_channels;
  std::int64_t group_vectors;
  std::int64_t vectors;  // of all groups

  std::int64_t Group(std::int64_t vector) const { return vector / group_vectors; }
  std::int64_t Channel(std::int64_t vector) const { return Group(vector) * group_channels + vector % group_vectors * kWidth; }
  // Channels in this vector and those after it in the group.
  std::int64_t Left(std::int64_t vector) const { return group_channels - vector % group_vectors * kWidth; }
};

// One batch item: everything a task reads and writes.
struct Item {
  Walk<const float> u, delta, B, C, z;
  Walk<float> y;
  float* h;  // [vectors, N, kWidth]
};

// Where a column of a tile begins.
struct Place {
  std::int64_t t;
  std::int64_t vector;
};

// One column of a tile, kTile rows of kLanes. Rows of a tensor may lie a power of two apart and then evict each other from the nearest cache, so
// each of them is touched once only and what is needed again is kept here.
struct Tile {
  alignas(64) float u[kTile * kLanes];
  alignas(64) float dt[kTile * kLanes];
  alignas(64) float dt_u[kTile * kLanes];
  alignas(64) float y[kTile * kLanes];
  alignas(64) float z[kTile * kLanes];
  alignas(64) float e[kTile * kLanes];  // exponential of a softplus or a gate
};

class Scan {
 public:
  Scan(const SelectiveScanParams& p, const Layout& layout, float* A, float* bound) : p_(p), layout_(layout), A_(A), bound_(bound) {}

  // Lays A out as [vectors, N, kWidth], times log2(e), and finds the largest |A| of each channel: infinite if one is NaN.
  void PackA() const {
    const std::int64_t N = p_.state;
    for (std::int64_t v = 0; v < layout_.vectors; ++v) {
      float* const A = A_ + v * N * kWidth;
      RowsToLanes(p_.A + layout_.Channel(v) * N, layout_.Left(v), N, A);
      Vec bound = Set(0.0f);
      for (std::int64_t n = 0; n < N; ++n) {
        const Vec a = Load(A + n * kWidth) * Set(kLog2E);
        Store(A + n * kWidth, a);
        bound = Max(bound, IfNan(a, Set(kInfinity), Abs(a)));
      }
      Store(bound_ + v * kWidth, bound);
    }
  }

  // Runs the vectors [begin, end) of one batch item over the whole length; h0 and h are [D, N] or null.
  void Run(const Item& item, const float* h0, float* h, std::int64_t begin, std::int64_t end) const {
    const FlushDenormals flush;
    const std::int64_t N = p_.state;
    for (std::int64_t v = begin; v < end; ++v) {
      float* const packed = item.h + v * N * kWidth;
      if (h0) {
        RowsToLanes(h0 + layout_.Channel(v) * N, layout_.Left(v), N, packed);
      } else {
        for (std::int64_t n = 0; n < N; ++n) Store(packed + n * kWidth, Set(0.0f));
      }
    }
    for (std::int64_t t = 0; t < p_.length; t += kTile) RunTile(item, t, begin, end);
    if (h) {
      for (std::int64_t v = begin; v < end; ++v) LanesToRows(item.h + v * N * kWidth, layout_.Left(v), N, h + layout_.Channel(v) * N);
    }
  }

 private:
  void RunTile(const Item& item, std::int64_t t, std::int64_t begin, std::int64_t end) const {
    const int rows = static_cast<int>(Least<std::int64_t>(kTile, p_.length - t));
    const bool whole_tile_follows = t + 2 * kTile <= p_.length;
    for (std::int64_t v = begin; v < end;) {
      const std::int64_t left = Least(end - v, layout_.group_vectors - v % layout_.group_vectors);
      const int width = left >= kColumn ? kColumn : 1;
      const Place here{t, v};
      const Place next = v + width < end ? Place{t, v + width} : whole_tile_follows ? Place{t + rows, begin} : here;
      if (width == kColumn) {
        RunColumn<kColumn>(item, here, next, rows);
      } else {
        RunColumn<1>(item, here, next, rows);
      }
      v += width;
    }
  }

  template <int kVectors>
  void RunColumn(const Item& item, Place place, Place next, int rows) const {
    Tile tile;
    bool in_range = true;
    for (int i = 0; i < kVectors; ++i) in_range &= Discretize(item, {place.t, place.vector + i}, rows, tile, i * kWidth);
    if (in_range) {
      Recur<kVectors, true>(item, place, next, rows, tile);
    } else {
      Recur<kVectors, false>(item, place, next, rows, tile);
    }
    for (int i = 0; i < kVectors; ++i) Finish(item, {place.t, place.vector + i}, rows, tile, i * kWidth);
  }

  // dt and dt u of one vector. True if dt A stays within kExp2Range for the whole tile. A NaN in dt need not show: it is in dt u too.
  bool Discretize(const Item& item, Place place, int rows, Tile& tile, int lane) const {
    const std::int64_t channel = layout_.Channel(place.vector), left = layout_.Left(place.vector);
    const Vec bias = p_.delta_bias ? LoadUpTo(p_.delta_bias + channel, left) : Set(0.0f);
    const Vec bound = Load(bound_ + place.vector * kWidth);
    for (int r = 0, at = lane; r < rows; ++r, at += kLanes) {
      const Vec dt = LoadUpTo(item.delta.Row(place.t + r) + channel, left) + bias;
      Store(tile.dt + at, dt);
      if (p_.delta_softplus) Store(tile.e + at, SoftplusExp(dt));
    }
    Vec largest = Set(0.0f);
    for (int r = 0, at = lane; r < rows; ++r, at += kLanes) {
      const Vec u = LoadUpTo(item.u.Row(place.t + r) + channel, left);
      Vec dt = Load(tile.dt + at);
      if (p_.delta_softplus) dt = Softplus(dt, Load(tile.e + at));
      Store(tile.u + at, u);
      Store(tile.dt + at, dt);
      Store(tile.dt_u + at, dt * u);
      largest = Max(largest, Abs(dt) * bound);
    }
    return AllAtMost(largest, Set(kExp2Range));
  }

  // The recurrence itself, into tile.y.
  template <int kVectors, bool kInRange>
  void Recur(const Item& item, Place place, Place next, int rows, Tile& tile) const {
    const std::int64_t N = p_.state;
    const float* const A = A_ + place.vector * N * kWidth;
    float* const h = item.h + place.vector * N * kWidth;
    const std::int64_t group = layout_.Group(place.vector) * N;
    for (int r = 0; r < rows; ++r) {
      PrefetchRow(item, {next.t + r, next.vector});
      const float* const B = item.B.Row(place.t + r) + group;
      const float* const C = item.C.Row(place.t + r) + group;
      Vec dt[kVectors], dt_u[kVectors], y[kVectors];
      for (int i = 0; i < kVectors; ++i) {
        dt[i] = Load(tile.dt + r * kLanes + i * kWidth);
        dt_u[i] = Load(tile.dt_u + r * kLanes + i * kWidth);
        y[i] = Set(0.0f);
      }
      for (std::int64_t n = 0; n < N; ++n) {
        const Vec B_n = Set(B[n]), C_n = Set(C[n]);
        for (int i = 0; i < kVectors; ++i) {
          const std::int64_t at = (i * N + n) * kWidth;
          const Vec a = Load(A + at);
          const Vec decay = kInRange ? Exp2ProductInRange(dt[i], a) : Exp2(dt[i] * a);
          const Vec h_n = Fma(decay, Load(h + at), dt_u[i] * B_n);
          Store(h + at, h_n);
          y[i] = Fma(C_n, h_n, y[i]);
        }
      }
      for (int i = 0; i < kVectors; ++i) Store(tile.y + r * kLanes + i * kWidth, y[i]);
    }
  }

  // Rows of a column lie a whole tensor row apart, too far for the processor to foresee: asks for the next column while this one is in work.
  SSM_INLINE_MEMBER void PrefetchRow(const Item& item, Place next) const {
    const std::int64_t channel = layout_.Channel(next.vector), lanes = Least<std::int64_t>(kLanes, layout_.Left(next.vector));
    for (std::int64_t lane = 0; lane < lanes; lane += kCacheLine) {
      Prefetch(item.delta.Row(next.t) + channel + lane);
      Prefetch(item.u.Row(next.t) + channel + lane);
      if (p_.z) Prefetch(item.z.Row(next.t) + channel + lane);
      Prefetch(item.y.Row(next.t) + channel + lane);
    }
  }

  // Skip and gate of one vector, from tile.y into y.
  void Finish(const Item& item, Place place, int rows, Tile& tile, int lane) const {
    const std::int64_t channel = layout_.Channel(place.vector), left = layout_.Left(place.vector);
    const Vec skip = p_.D ? LoadUpTo(p_.D + channel, left) : Set(0.0f);
    if (p_.z) {
      for (int r = 0, at = lane; r < rows; ++r, at += kLanes) {
        const Vec z = LoadUpTo(item.z.Row(place.t + r) + channel, left);
        Store(tile.z + at, z);
        Store(tile.e + at, SiluExp(z));
      }
    }
    for (int r = 0, at = lane; r < rows; ++r, at += kLanes) {
      Vec y = Load(tile.y + at);
      if (p_.D) y = Fma(skip, Load(tile.u + at), y);
      if (p_.z) y = y * Silu(Load(tile.z + at), Load(tile.e + at));
      StoreUpTo(item.y.Row(place.t + r) + channel, y, left);
    }
  }

  const SelectiveScanParams& p_;
  const Layout& layout_;
  float* A_;      // [vectors, N, kWidth]
  float* bound_;  // [vectors, kWidth]
};

}  // namespace

Status RunSelectiveScan(const SelectiveScanParams& p, const Parallel& parallel) {
  SetLastIsa(kIsa);
  const std::int64_t group_channels = p.channels / p.groups;
  const std::int64_t group_vectors = (group_channels + kWidth - 1) / kWidth;
  const Layout layout{group_channels, group_vectors, group_vectors * p.groups};
  const WorkSpace A(layout.vectors, p.state, kWidth);
  const WorkSpace bound(layout.vectors, kWidth);
  const WorkSpace h(p.batch, layout.vectors, p.state, kWidth);
  const WorkSpace* const spaces[] = {&A, &bound, &h};
  for (const WorkSpace* space : spaces) {
    if (!space->data()) return Status::OutOfMemory("SelectiveScan", space->bytes());
  }
  const Scan scan(p, layout, A.data(), bound.data());
  scan.PackA();

  // Threads share a batch item by whole columns, two ranges a thread so that a delayed thread holds up little.
  const std::int64_t columns = (layout.vectors + kColumn - 1) / kColumn;
  const std::int64_t wanted = parallel.threads > 1 ? (2 * parallel.threads + p.batch - 1) / p.batch : 1;
  const std::int64_t parts = Least(columns, wanted);
  const auto task = [&](std::size_t index) {
    const std::int64_t b = static_cast<std::int64_t>(index) / parts, part = static_cast<std::int64_t>(index) % parts;
    const auto walk = [&](auto* tensor, const Strides& strides) { return WalkOf(tensor, strides, b, p.length, p.reverse); };
    const Item item{walk(p.u, p.u_stride), walk(p.delta, p.delta_stride), walk(p.B, p.B_stride),
                    walk(p.C, p.C_stride), walk(p.z, p.z_stride),         walk(p.y, p.y_stride),
                    h.data() + b * layout.vectors * p.state * kWidth};
    const std::int64_t state = b * p.channels * p.state;
    scan.Run(item, p.h0 ? p.h0 + state : nullptr, p.h ? p.h + state : nullptr, columns * part / parts * kColumn,
             Least(columns * (part + 1) / parts * kColumn, layout.vectors));
  };
  ParallelFor(parallel, static_cast<std::size_t>(p.batch * parts), task);
  return Status::Ok();
}

}  // namespace SSM_ISA
}  // namespace ssm
