// SelectiveScan2d, lanes along channels. See README.md for the plan of the loops.
#include "ops/selective_scan_2d/selective_scan_2d.h"
#include "runtime/simd/columns.h"
#include "runtime/simd/math.h"
#include "runtime/simd/transpose.h"
#include "runtime/simd/walk.h"
#include "runtime/work_space.h"

namespace ssm {
namespace SSM_ISA {
namespace {

constexpr int kTile = 8;                          // steps of a path between two visits to the same channels
constexpr int kColumn = 2;                        // channel vectors that share one broadcast of B and C
constexpr int kLanes = kColumn * kWidth;
using MapLayout = Layout<kColumn>;
constexpr int kStates = kRegisters >= 32 ? 4 : 2;  // states that stay in registers for a whole tile
constexpr int kCacheLine = 16;                    // floats

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

// Some columns in one direction of one batch item.
struct Job {
  int direction;
  std::int64_t begin, end;  // columns
  const float* u;           // [H W, D]
  const float* delta;       // [H W, D]
  const float* B;           // [H W, G N]
  const float* C;           // [H W, G N]
  float* y;                 // [H W, D]
  bool skip;                // adds D u of all directions
  bool add;                 // adds to what y holds
  float* h;                 // [vectors of the job, N, kWidth]
  float* maps;              // [2, kTile, G N] and kWidth more: the tile's B and C in the order of the path
};

// A tile of the path: where it lies, and where the next one does.
struct Steps {
  int rows;
  std::int64_t at[kTile];
  std::int64_t next[kTile];
};

// A column of the tile.
struct Part {
  std::int64_t channel;  // of its first lane
  std::int64_t left;     // channels from there to the end of the group
  const float* A;        // [kColumn, N, kWidth] of the direction
  const float* bound;    // [kColumn, kWidth]
  float* h;              // [kColumn, N, kWidth]
  const float* maps;     // those of its group
  // What is asked for while it is in work: the same steps, or those of the next tile, of another column.
  const std::int64_t* next_at;
  std::int64_t next_channel;
};

// A column of a tile, kTile rows of kLanes, in the order of the path. Positions may lie a power of two apart and then evict each other from the
// nearest cache, so what is needed again is kept here.
struct Tile {
  alignas(64) float dt[kTile * kLanes];
  alignas(64) float dt_u[kTile * kLanes];
  alignas(64) float e[kTile * kLanes];  // exponential of a softplus
  alignas(64) float y[kTile * kLanes];
  alignas(64) float skip[kLanes];
};

class CrossScan {
 public:
  CrossScan(const SelectiveScan2dParams& p, const MapLayout& layout, float* A, float* bound) : p_(p), layout_(layout), A_(A), bound_(bound) {}

  // Lays A out as [K, vectors, N, kWidth], times log2(e), and finds the largest |A| of each channel: infinite if one is NaN.
  void PackA() const {
    const std::int64_t N = p_.state;
    for (std::int64_t i = 0; i < kDirections * layout_.vectors(); ++i) {
      const std::int64_t k = i / layout_.vectors(), v = i % layout_.vectors();
      const Column column = layout_.At(v);
      float* const A = A_ + i * N * kWidth;
      RowsToLanes(p_.A + (k * p_.channels + column.channel) * N, column.left, N, A);
      Vec bound = Set(0.0f);
      for (std::int64_t n = 0; n < N; ++n) {
        const Vec a = Load(A + n * kWidth) * Set(kLog2E);
        Store(A + n * kWidth, a);
        bound = Max(bound, IfNan(a, Set(kInfinity), Abs(a)));
      }
      Store(bound_ + i * kWidth, bound);
    }
  }

  // The whole path.
  void Run(const Job& job) const {
    const FlushDenormals flush;
    const Column start = layout_.At(layout_.First(job.begin));
    const std::int64_t end = layout_.First(job.end), N = p_.state;
    for (std::int64_t i = 0; i < (end - start.vector) * N; ++i) Store(job.h + i * kWidth, Set(0.0f));
    Path path(p_, job.direction);
    Steps steps;
    for (int r = 0; r < kTile; ++r) steps.next[r] = path.Next();
    for (std::int64_t left = p_.height * p_.width; left > 0; left -= kTile) {
      steps.rows = static_cast<int>(Least<std::int64_t>(kTile, left));
      for (int r = 0; r < kTile; ++r) {
        steps.at[r] = steps.next[r];
        steps.next[r] = path.Next();
      }
      Gather(job.B, steps, job.maps);
      Gather(job.C, steps, job.maps + kTile * p_.groups * N);
      for (Column c = start; c.vector < end;) {
        const Column after = layout_.After(c);
        const bool last = after.vector >= end;
        const std::int64_t place = job.direction * layout_.vectors() + c.vector;
        const Part column{c.channel,
                          c.left,
                          A_ + place * N * kWidth,
                          bound_ + place * kWidth,
                          job.h + (c.vector - start.vector) * N * kWidth,
                          job.maps + c.group * N,
                          last ? steps.next : steps.at,
                          last ? start.channel : after.channel};
        if (c.width == kColumn) {
          RunColumn<kColumn>(job, steps, column);
        } else {
          RunColumn<1>(job, steps, column);
        }
        c = after;
      }
    }
  }

 private:
  template <int kVectors>
  void RunColumn(const Job& job, const Steps& steps, const Part& column) const {
    Tile tile;
    bool in_range = true;
    for (int i = 0; job.skip && i < kVectors; ++i) Store(tile.skip + i * kWidth, Skip(column.channel + i * kWidth, column.left - i * kWidth));
    for (int i = 0; i < kVectors; ++i) in_range &= Discretize(job, steps, column, i, tile);
    if (in_range) {
      Recur<kVectors, true>(job, steps, column, tile);
    } else {
      Recur<kVectors, false>(job, steps, column, tile);
    }
  }

  // dt and dt u of one vector. True if dt A stays within kExp2Range for the whole tile. A NaN in dt need not show: it is in dt u too.
  bool Discretize(const Job& job, const Steps& steps, const Part& column, int i, Tile& tile) const {
    const std::int64_t channel = column.channel + i * kWidth, left = column.left - i * kWidth;
    const Vec bias = p_.delta_bias ? LoadUpTo(p_.delta_bias + job.direction * p_.channels + channel, left) : Set(0.0f);
    const Vec bound = Load(column.bound + i * kWidth);
    for (int r = 0, at = i * kWidth; r < steps.rows; ++r, at += kLanes) {
      const Vec dt = LoadUpTo(job.delta + steps.at[r] * p_.channels + channel, left) + bias;
      Store(tile.dt + at, dt);
      if (p_.delta_softplus) Store(tile.e + at, SoftplusExp(dt));
    }
    Vec largest = Set(0.0f);
    for (int r = 0, at = i * kWidth; r < steps.rows; ++r, at += kLanes) {
      Vec dt = Load(tile.dt + at);
      if (p_.delta_softplus) dt = Softplus(dt, Load(tile.e + at));
      Store(tile.dt + at, dt);
      Store(tile.dt_u + at, dt * LoadUpTo(job.u + steps.at[r] * p_.channels + channel, left));
      largest = Max(largest, Abs(dt) * bound);
    }
    return AllAtMost(largest, Set(kExp2Range));
  }

  // Rows of B or C in the order of the path.
  void Gather(const float* from, const Steps& steps, float* to) const {
    const std::int64_t size = p_.groups * p_.state;
    if (size == 1) {
      for (int r = 0; r < steps.rows; ++r) to[r] = from[steps.at[r]];
      return;
    }
    for (int r = 0; r < steps.rows; ++r) {
      const float* const row = from + steps.at[r] * size;
      for (std::int64_t n = 0; n < size; n += kWidth) Store(to + r * size + n, LoadUpTo(row + n, size - n));  // the next row overwrites what is too much
      Prefetch(from + steps.next[r] * size);
    }
  }

  template <int kVectors, bool kInRange>
  void Recur(const Job& job, const Steps& steps, const Part& column, Tile& tile) const {
    const std::int64_t whole = p_.state - p_.state % kStates;
    for (std::int64_t n = 0; n < whole; n += kStates) RecurStates<kVectors, kStates, kInRange>(job, steps, column, n, tile);
    for (std::int64_t n = whole; n < p_.state; ++n) RecurStates<kVectors, 1, kInRange>(job, steps, column, n, tile);
  }

  // The recurrence of the states n to n + kCount - 1. Their sums go on in tile.y; the last states' go into y, upon the skip or what y holds.
  template <int kVectors, int kCount, bool kInRange>
  void RecurStates(const Job& job, const Steps& steps, const Part& column, std::int64_t n, Tile& tile) const {
    const std::int64_t N = p_.state, maps_row = p_.groups * N;
    const float* const B = column.maps + n;
    const float* const C = B + kTile * maps_row;
    Vec a[kVectors][kCount], h[kVectors][kCount];
    for (int i = 0; i < kVectors; ++i) {
      for (int s = 0; s < kCount; ++s) {
        a[i][s] = Load(column.A + (i * N + n + s) * kWidth);
        h[i][s] = Load(column.h + (i * N + n + s) * kWidth);
      }
    }
    for (int r = 0; r < steps.rows; ++r) {
      if (n == 0) Ask(job, column, r);
      Vec y[kVectors];
      for (int i = 0; i < kVectors; ++i) y[i] = n == 0 ? Set(0.0f) : Load(tile.y + r * kLanes + i * kWidth);
      for (int s = 0; s < kCount; ++s) {
        const Vec B_n = Set(B[r * maps_row + s]), C_n = Set(C[r * maps_row + s]);
        for (int i = 0; i < kVectors; ++i) {
          const Vec dt = Load(tile.dt + r * kLanes + i * kWidth), dt_u = Load(tile.dt_u + r * kLanes + i * kWidth);
          const Vec decay = kInRange ? Exp2ProductInRange(dt, a[i][s]) : Exp2(dt * a[i][s]);
          h[i][s] = Fma(decay, h[i][s], dt_u * B_n);
          y[i] = Fma(C_n, h[i][s], y[i]);
        }
      }
      if (n + kCount < N) {
        for (int i = 0; i < kVectors; ++i) Store(tile.y + r * kLanes + i * kWidth, y[i]);
        continue;
      }
      const std::int64_t at = steps.at[r] * p_.channels + column.channel;
      for (int i = 0; i < kVectors; ++i) {
        const std::int64_t left = column.left - i * kWidth;
        if (job.skip) y[i] = Fma(Load(tile.skip + i * kWidth), LoadUpTo(job.u + at + i * kWidth, left), y[i]);
        if (job.add) y[i] = LoadUpTo(job.y + at + i * kWidth, left) + y[i];
        StoreUpTo(job.y + at + i * kWidth, y[i], left);
      }
    }
    for (int i = 0; i < kVectors; ++i) {
      for (int s = 0; s < kCount; ++s) Store(column.h + (i * N + n + s) * kWidth, h[i][s]);
    }
  }

  // Positions lie too far apart for the processor to foresee.
  SSM_INLINE_MEMBER void Ask(const Job& job, const Part& column, int r) const {
    const std::int64_t offset = column.next_at[r] * p_.channels + column.next_channel;
    for (int lane = 0; lane < kLanes; lane += kCacheLine) {
      Prefetch(job.delta + offset + lane);
      Prefetch(job.u + offset + lane);
      Prefetch(job.y + offset + lane);
    }
  }

  // Of all directions together.
  Vec Skip(std::int64_t channel, std::int64_t left) const {
    Vec sum = Set(0.0f);
    for (int k = 0; k < kDirections; ++k) sum = sum + LoadUpTo(p_.D + k * p_.channels + channel, left);
    return sum;
  }

  const SelectiveScan2dParams& p_;
  const MapLayout& layout_;
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
  const MapLayout layout = MakeLayout<kColumn>(p.channels, p.groups);
  const std::int64_t positions = p.height * p.width, columns = layout.columns(), map = positions * p.channels, size = p.batch * map;

  // Directions share y and follow each other, unless there are too few columns for the threads: then each has a map of its own, summed in the end in the
  // same order.
  const std::int64_t wanted = parallel.threads > 1 ? 2 * parallel.threads : 1;
  const int apart = p.batch * columns < wanted ? kDirections : 1, together = kDirections / apart;
  const std::int64_t parts = Least(columns, (wanted + p.batch * apart - 1) / (p.batch * apart)), tasks = p.batch * apart * parts;
  const WorkSpace A(kDirections, layout.vectors(), p.state, kWidth);
  const WorkSpace bound(kDirections, layout.vectors(), kWidth);
  const std::int64_t most_vectors = (columns + parts - 1) / parts * kColumn;
  const std::int64_t own_size = p.state * (most_vectors * kWidth + 2 * kTile * p.groups) + kWidth;
  const WorkSpace own(tasks, own_size);
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
    float* const h = own.data() + static_cast<std::int64_t>(index) * own_size;
    for (int k = first; k < first + together; ++k) {
      const std::int64_t plane = (b * kDirections + k) * positions, groups_row = p.groups * p.state;
      float* const y = k > 0 && apart > 1 ? maps.data() + (k - 1) * size : p.y;
      const bool skip = p.D && k == 0, add = k > 0 && apart == 1;
      scan.Run({k, columns * part / parts, columns * (part + 1) / parts, p.u + b * map, p.delta + plane * p.channels, p.B + plane * groups_row,
                p.C + plane * groups_row, y + b * map, skip, add, h, h + most_vectors * p.state * kWidth});
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
