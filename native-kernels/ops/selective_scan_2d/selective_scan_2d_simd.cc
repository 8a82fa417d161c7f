// SelectiveScan2d, lanes along channels. See README.md for the plan of the loops.
#include "ops/selective_scan_2d/selective_scan_2d.h"
#include "runtime/simd/math.h"
#include "runtime/simd/transpose.h"
#include "runtime/simd/walk.h"
#include "runtime/work_space.h"

namespace ssm {
namespace SSM_ISA {
namespace {

constexpr int kTile = 32;                         // steps of a path between two visits to the same channels
constexpr int kColumn = 2;                        // channel vectors that share one broadcast of B and C
constexpr int kLanes = kColumn * kWidth;
constexpr int kStates = kRegisters >= 32 ? 4 : 2;  // states that stay in registers for a whole tile
constexpr int kAhead = 12;                        // steps between asking for a position and reading it
constexpr int kCacheLine = 16;                    // floats

// How channels are cut into vectors. No vector crosses a group, so the last one of each group may be partly filled.
struct Layout {
  std::int64_t group_channels;
  std::int64_t group_vectors;
  std::int64_t group_columns;
  std::int64_t groups;
  std::int64_t vectors() const { return groups * group_vectors; }
  std::int64_t columns() const { return groups * group_columns; }

  // The first vector of a column, and how many it has.
  std::int64_t First(std::int64_t column) const { return column / group_columns * group_vectors + column % group_columns * kColumn; }
  int Width(std::int64_t column) const { return static_cast<int>(Least<std::int64_t>(kColumn, group_vectors - column % group_columns * kColumn)); }
  std::int64_t Group(std::int64_t vector) const { return vector / group_vectors; }
  std::int64_t Channel(std::int64_t vector) const { return Group(vector) * group_channels + vector % group_vectors * kWidth; }
  // Channels in this vector and those after it in the group.
  std::int64_t Left(std::int64_t vector) const { return group_channels - vector % group_vectors * kWidth; }
};

// Walks the positions of a direction's path.
class Path {
 public:
  Path(const SelectiveScan2dParams& p, int direction)
      : last_(p.height * p.width - 1), stride_(direction % 2 == 0 ? 1 : p.width), backwards_(direction >= 2) {}

  // The position of this step; beyond the end of the path the last one.
  SSM_INLINE_MEMBER std::int64_t Next() {
    const std::int64_t at = Least(next_, last_);
    next_ += stride_;
    if (next_ > last_ && at < last_) next_ -= last_;  // from below a column to the top of the next
    return backwards_ ? last_ - at : at;
  }

 private:
  std::int64_t last_, stride_;
  std::int64_t next_ = 0;
  bool backwards_;
};

// The channels of one column in one direction of one batch item.
struct Job {
  int direction;
  std::int64_t vector;  // the first
  const float* u;       // [H W, D] at the column's first channel, as delta and y
  const float* delta;
  const float* B;  // [H W, G N] at the column's group
  const float* C;
  float* y;
  bool skip;    // adds D u of all directions
  bool add;     // adds to what y holds
  float* h;     // [kColumn, N, kWidth]
  float* maps;  // [2, kTile, N]: the tile's B and C in the order of the path
};

// A column of a tile, kTile rows of kLanes, in the order of the path. Positions may lie a power of two apart and then evict each other from the
// nearest cache, so what is needed again is kept here.
struct Tile {
  std::int64_t at[kTile];  // positions
  alignas(64) float dt[kTile * kLanes];
  alignas(64) float dt_u[kTile * kLanes];
  alignas(64) float e[kTile * kLanes];  // exponential of a softplus
  alignas(64) float y[kTile * kLanes];
};

class CrossScan {
 public:
  CrossScan(const SelectiveScan2dParams& p, const Layout& layout, float* A, float* bound) : p_(p), layout_(layout), A_(A), bound_(bound) {}

  // Lays A out as [K, vectors, N, kWidth], times log2(e), and finds the largest |A| of each channel: infinite if one is NaN.
  void PackA() const {
    const std::int64_t N = p_.state;
    for (std::int64_t i = 0; i < kDirections * layout_.vectors(); ++i) {
      const std::int64_t k = i / layout_.vectors(), v = i % layout_.vectors();
      float* const A = A_ + i * N * kWidth;
      RowsToLanes(p_.A + (k * p_.channels + layout_.Channel(v)) * N, layout_.Left(v), N, A);
      Vec bound = Set(0.0f);
      for (std::int64_t n = 0; n < N; ++n) {
        const Vec a = Load(A + n * kWidth) * Set(kLog2E);
        Store(A + n * kWidth, a);
        bound = Max(bound, IfNan(a, Set(kInfinity), Abs(a)));
      }
      Store(bound_ + i * kWidth, bound);
    }
  }

  // The whole path of one direction for `width` vectors.
  void Run(const Job& job, int width) const {
    const FlushDenormals flush;
    if (width == kColumn) {
      RunPath<kColumn>(job);
    } else {
      RunPath<1>(job);
    }
  }

 private:
  template <int kVectors>
  void RunPath(const Job& job) const {
    for (std::int64_t i = 0; i < kVectors * p_.state; ++i) Store(job.h + i * kWidth, Set(0.0f));
    Path path(p_, job.direction), ahead(p_, job.direction);
    const std::int64_t steps = p_.height * p_.width;
    for (int i = 0; i < kAhead; ++i) Ask(job, ahead.Next(), kVectors);
    Tile tile;
    for (std::int64_t step = 0; step < steps; step += kTile) {
      const int rows = static_cast<int>(Least<std::int64_t>(kTile, steps - step));
      for (int r = 0; r < rows; ++r) {
        tile.at[r] = path.Next();
        Ask(job, ahead.Next(), kVectors);
        for (int i = 0; i < kVectors; ++i) BeginStep(job, i, r, tile);
      }
      bool in_range = true;
      for (int i = 0; i < kVectors; ++i) in_range &= Discretize(job, i, rows, tile);
      GatherMaps(job, rows, tile);
      if (in_range) {
        Recur<kVectors, true>(job, rows, tile);
      } else {
        Recur<kVectors, false>(job, rows, tile);
      }
      for (int i = 0; i < kVectors; ++i) Finish(job, i, rows, tile);
    }
  }

  // Positions lie too far apart for the processor to foresee.
  SSM_INLINE_MEMBER void Ask(const Job& job, std::int64_t at, int vectors) const {
    for (int lane = 0; lane < vectors * kWidth; lane += kCacheLine) {
      const std::int64_t offset = at * p_.channels + Least<std::int64_t>(lane, layout_.Left(job.vector) - 1);
      Prefetch(job.delta + offset);
      Prefetch(job.u + offset);
      Prefetch(job.y + offset);
    }
    Prefetch(job.B + at * p_.groups * p_.state);
    Prefetch(job.C + at * p_.groups * p_.state);
  }

  std::int64_t Left(const Job& job, int i) const { return layout_.Left(job.vector + i); }

  // dt before its softplus, and the softplus' exponential.
  SSM_INLINE_MEMBER void BeginStep(const Job& job, int i, int r, Tile& tile) const {
    const std::int64_t left = Left(job, i);
    const float* const bias = p_.delta_bias ? p_.delta_bias + job.direction * p_.channels + layout_.Channel(job.vector + i) : nullptr;
    Vec dt = LoadUpTo(job.delta + tile.at[r] * p_.channels + i * kWidth, left);
    if (bias) dt = dt + LoadUpTo(bias, left);
    const int at = r * kLanes + i * kWidth;
    Store(tile.dt + at, dt);
    if (p_.delta_softplus) Store(tile.e + at, SoftplusExp(dt));
  }

  // dt and dt u of one vector. True if dt A stays within kExp2Range for the whole tile. A NaN in dt need not show: it is in dt u too.
  bool Discretize(const Job& job, int i, int rows, Tile& tile) const {
    const std::int64_t left = Left(job, i);
    const Vec bound = Load(bound_ + (job.direction * layout_.vectors() + job.vector + i) * kWidth);
    Vec largest = Set(0.0f);
    for (int r = 0, at = i * kWidth; r < rows; ++r, at += kLanes) {
      Vec dt = Load(tile.dt + at);
      if (p_.delta_softplus) dt = Softplus(dt, Load(tile.e + at));
      Store(tile.dt + at, dt);
      Store(tile.dt_u + at, dt * LoadUpTo(job.u + tile.at[r] * p_.channels + i * kWidth, left));
      largest = Max(largest, Abs(dt) * bound);
    }
    return AllAtMost(largest, Set(kExp2Range));
  }

  void GatherMaps(const Job& job, int rows, const Tile& tile) const {
    const std::int64_t N = p_.state;
    float* const B = job.maps;
    float* const C = job.maps + kTile * N;
    for (int r = 0; r < rows; ++r) {
      const std::int64_t from = tile.at[r] * p_.groups * N, to = r * N;
      for (std::int64_t n = 0; n < N; ++n) B[to + n] = job.B[from + n];
      for (std::int64_t n = 0; n < N; ++n) C[to + n] = job.C[from + n];
    }
  }

  template <int kVectors, bool kInRange>
  void Recur(const Job& job, int rows, Tile& tile) const {
    const std::int64_t whole = p_.state - p_.state % kStates;
    for (std::int64_t n = 0; n < whole; n += kStates) RecurStates<kVectors, kStates, kInRange>(job, n, rows, tile);
    for (std::int64_t n = whole; n < p_.state; ++n) RecurStates<kVectors, 1, kInRange>(job, n, rows, tile);
  }

  // The recurrence of the states n to n + kCount - 1, added to tile.y, which state 0 begins.
  template <int kVectors, int kCount, bool kInRange>
  void RecurStates(const Job& job, std::int64_t n, int rows, Tile& tile) const {
    const std::int64_t N = p_.state;
    const float* const A = A_ + (job.direction * layout_.vectors() + job.vector) * N * kWidth;
    const float* const B = job.maps + n;
    const float* const C = B + kTile * N;
    Vec a[kVectors][kCount], h[kVectors][kCount];
    for (int i = 0; i < kVectors; ++i) {
      for (int s = 0; s < kCount; ++s) {
        a[i][s] = Load(A + (i * N + n + s) * kWidth);
        h[i][s] = Load(job.h + (i * N + n + s) * kWidth);
      }
    }
    for (int r = 0; r < rows; ++r) {
      Vec y[kVectors];
      for (int i = 0; i < kVectors; ++i) y[i] = n == 0 ? Set(0.0f) : Load(tile.y + r * kLanes + i * kWidth);
      for (int s = 0; s < kCount; ++s) {
        const Vec B_n = Set(B[r * N + s]), C_n = Set(C[r * N + s]);
        for (int i = 0; i < kVectors; ++i) {
          const Vec dt = Load(tile.dt + r * kLanes + i * kWidth), dt_u = Load(tile.dt_u + r * kLanes + i * kWidth);
          const Vec decay = kInRange ? Exp2ProductInRange(dt, a[i][s]) : Exp2(dt * a[i][s]);
          h[i][s] = Fma(decay, h[i][s], dt_u * B_n);
          y[i] = Fma(C_n, h[i][s], y[i]);
        }
      }
      for (int i = 0; i < kVectors; ++i) Store(tile.y + r * kLanes + i * kWidth, y[i]);
    }
    for (int i = 0; i < kVectors; ++i) {
      for (int s = 0; s < kCount; ++s) Store(job.h + (i * N + n + s) * kWidth, h[i][s]);
    }
  }

  // From tile.y into y, upon the skip or upon what y holds.
  void Finish(const Job& job, int i, int rows, const Tile& tile) const {
    const std::int64_t left = Left(job, i);
    const Vec skip = job.skip ? Skip(layout_.Channel(job.vector + i), left) : Set(0.0f);
    for (int r = 0; r < rows; ++r) {
      const std::int64_t at = tile.at[r] * p_.channels + i * kWidth;
      Vec y = Load(tile.y + r * kLanes + i * kWidth);
      if (job.skip) y = Fma(skip, LoadUpTo(job.u + at, left), y);
      if (job.add) y = LoadUpTo(job.y + at, left) + y;
      StoreUpTo(job.y + at, y, left);
    }
  }

  // Of all directions together.
  Vec Skip(std::int64_t channel, std::int64_t left) const {
    Vec sum = Set(0.0f);
    for (int k = 0; k < kDirections; ++k) sum = sum + LoadUpTo(p_.D + k * p_.channels + channel, left);
    return sum;
  }

  const SelectiveScan2dParams& p_;
  const Layout& layout_;
  float* A_;      // [K, vectors, N, kWidth]
  float* bound_;  // [K, vectors, kWidth]
};

}  // namespace

// y += parts[0], then parts[1], and so on; all of `size` elements.
void AddParts(float* y, const float* parts, int count, std::int64_t size, std::int64_t begin, std::int64_t end) {
  const FlushDenormals flush;
  for (std::int64_t at = begin; at < end; at += kWidth) {
    Vec sum = LoadUpTo(y + at, end - at);
    for (int part = 0; part < count; ++part) sum = sum + LoadUpTo(parts + part * size + at, end - at);
    StoreUpTo(y + at, sum, end - at);
  }
}

Status RunSelectiveScan2d(const SelectiveScan2dParams& p, const Parallel& parallel) {
  SetLastIsa(kIsa);
  if (p.height == 0 || p.width == 0) return Status::Ok();
  const std::int64_t group_channels = p.channels / p.groups, group_vectors = (group_channels + kWidth - 1) / kWidth;
  const Layout layout{group_channels, group_vectors, (group_vectors + kColumn - 1) / kColumn, p.groups};
  const std::int64_t positions = p.height * p.width, columns = layout.columns(), map = positions * p.channels, size = p.batch * map;

  // Directions share y and follow each other, unless there are too few columns for the threads: then each has a map of its own, summed in the end in the
  // same order.
  const std::int64_t wanted = parallel.threads > 1 ? 2 * parallel.threads : 1;
  const int apart = p.batch * columns < wanted ? kDirections : 1, together = kDirections / apart;
  const std::int64_t parts = Least(columns, (wanted + p.batch * apart - 1) / (p.batch * apart)), tasks = p.batch * apart * parts;
  const WorkSpace A(kDirections, layout.vectors(), p.state, kWidth);
  const WorkSpace bound(kDirections, layout.vectors(), kWidth);
  const WorkSpace own(tasks, p.state, kLanes + 2 * kTile);
  const WorkSpace maps(apart - 1, size);
  const WorkSpace* const spaces[] = {&A, &bound, &own, &maps};
  for (const WorkSpace* space : spaces) {
    if (!space->data()) return Status::OutOfMemory("SelectiveScan2d", space->bytes());
  }
  const CrossScan scan(p, layout, A.data(), bound.data());
  scan.PackA();

  const auto task = [&](std::size_t index) {
    const std::int64_t part = static_cast<std::int64_t>(index) % parts, item = static_cast<std::int64_t>(index) / parts;
    const std::int64_t b = item / apart;
    const int first = static_cast<int>(item % apart) * together;
    float* const h = own.data() + static_cast<std::int64_t>(index) * p.state * (kLanes + 2 * kTile);
    for (std::int64_t c = columns * part / parts; c < columns * (part + 1) / parts; ++c) {
      const std::int64_t vector = layout.First(c), channel = layout.Channel(vector), group = layout.Group(vector) * p.state;
      for (int k = first; k < first + together; ++k) {
        const std::int64_t plane = (b * kDirections + k) * positions;
        float* const y = k > 0 && apart > 1 ? maps.data() + (k - 1) * size : p.y;
        const bool skip = p.D && k == 0, add = k > 0 && apart == 1;
        scan.Run({k, vector, p.u + b * map + channel, p.delta + plane * p.channels + channel, p.B + plane * p.groups * p.state + group,
                  p.C + plane * p.groups * p.state + group, y + b * map + channel, skip, add, h, h + p.state * kLanes},
                 layout.Width(c));
      }
    }
  };
  ParallelFor(parallel, static_cast<std::size_t>(tasks), task);
  if (apart == 1) return Status::Ok();
  const auto add = [&](std::size_t index) {
    const auto at = static_cast<std::int64_t>(index);
    AddParts(p.y, maps.data(), apart - 1, size, size * at / wanted, size * (at + 1) / wanted);
  };
  ParallelFor(parallel, static_cast<std::size_t>(wanted), add);
  return Status::Ok();
}

}  // namespace SSM_ISA
}  // namespace ssm
