// SelectiveScan2d, lanes along channels. See README.md for the plan of the loops.
#include "ops/selective_scan_2d/selective_scan_2d.h"
#include "runtime/simd/scan_tile.h"
#include "runtime/simd/walk.h"
#include "runtime/work_space.h"

namespace ssm {
namespace SSM_ISA {
namespace {

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
  const float* skip;        // [D], or null
  bool add;                 // to what y holds
  float* h;                 // packed, of all columns
};

class CrossScan {
 public:
  // A: packed, a direction after the other; bound: [K, vectors, kWidth].
  CrossScan(const SelectiveScan2dParams& p, const ScanLayout& layout, const float* A, const float* bound) : p_(p), layout_(layout), A_(A), bound_(bound) {}

  // The whole path.
  void Run(const Job& job) const {
    const FlushDenormals flush;
    const std::int64_t begin = layout_.First(job.begin), end = layout_.First(job.end), N = p_.state;
    PackRows(layout_, nullptr, N, job.h, begin, end);
    const std::int64_t place = job.direction * layout_.vectors();
    const float* const bias = p_.delta_bias ? p_.delta_bias + job.direction * p_.channels : nullptr;
    Path path(p_, job.direction);
    TileRows tiles[2];
    int now = 0;
    std::int64_t left = p_.height * p_.width;
    ReadRows(job, path, left, tiles[now]);
    for (; left > 0; left -= kTile) {
      ReadRows(job, path, left - kTile, tiles[1 - now]);
      RunTile(tiles[now], tiles[1 - now], layout_, begin, end, N, [&](const Column& c) -> ScanColumn {
        return {A_ + (place + c.vector) * N * kWidth, bound_ + (place + c.vector) * kWidth, job.h + c.vector * N * kWidth, nullptr, bias, job.skip, N,
                p_.delta_softplus, job.add, false};
      });
      now = 1 - now;
    }
  }

 private:
  void ReadRows(const Job& job, Path& path, std::int64_t left, TileRows& rows) const {
    const std::int64_t maps = p_.groups * p_.state;
    rows.count = static_cast<int>(Least<std::int64_t>(kTile, left));
    for (int r = 0; r < kTile; ++r) {
      const std::int64_t at = path.Next();
      rows.delta[r] = job.delta + at * p_.channels;
      rows.u[r] = job.u + at * p_.channels;
      rows.z[r] = nullptr;
      rows.B[r] = job.B + at * maps;
      rows.C[r] = job.C + at * maps;
      rows.y[r] = job.y + at * p_.channels;
      Prefetch(rows.B[r]);
      Prefetch(rows.C[r]);
    }
  }

  const SelectiveScan2dParams& p_;
  const ScanLayout& layout_;
  const float* A_;
  const float* bound_;
};

// The skip of all directions together, [D].
void AddSkips(const SelectiveScan2dParams& p, float* skip) {
  for (std::int64_t d = 0; d < p.channels; ++d) {
    skip[d] = 0.0f;
    for (int k = 0; k < kDirections; ++k) skip[d] += p.D[k * p.channels + d];
  }
}

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
  const ScanLayout layout = MakeLayout<kColumn>(p.channels, p.groups);
  const std::int64_t positions = p.height * p.width, columns = layout.columns(), map = positions * p.channels, size = p.batch * map;

  // Directions share y and follow each other, unless there are too few columns for the threads: then each has a map of its own, summed in the end in the
  // same order.
  const std::int64_t wanted = parallel.threads > 1 ? 2 * parallel.threads : 1;
  const int apart = p.batch * columns < wanted ? kDirections : 1, together = kDirections / apart;
  const std::int64_t parts = Ranges(columns, p.batch * apart, parallel.threads), tasks = p.batch * apart * parts;
  const WorkSpace A(kDirections, layout.vectors(), p.state, kWidth), bound(kDirections, layout.vectors(), kWidth);
  const WorkSpace h(p.batch * apart, layout.vectors(), p.state, kWidth);
  const WorkSpace maps(apart - 1, size);
  const WorkSpace skip(p.channels);
  const WorkSpace* const spaces[] = {&A, &bound, &h, &maps, &skip};
  for (const WorkSpace* space : spaces) {
    if (!space->data()) return Status::OutOfMemory("SelectiveScan2d", space->bytes());
  }
  const std::int64_t state = layout.vectors() * p.state * kWidth;
  for (int k = 0; k < kDirections; ++k) PackA(layout, p.A + k * p.channels * p.state, p.state, A.data() + k * state, bound.data() + k * layout.vectors() * kWidth);
  if (p.D) AddSkips(p, skip.data());
  const CrossScan scan(p, layout, A.data(), bound.data());

  const auto task = [&](std::size_t index) {
    const std::int64_t part = static_cast<std::int64_t>(index) % parts, item = static_cast<std::int64_t>(index) / parts;
    const std::int64_t b = item / apart;
    const int first = static_cast<int>(item % apart) * together;
    for (int k = first; k < first + together; ++k) {
      const std::int64_t plane = (b * kDirections + k) * positions, groups_row = p.groups * p.state;
      float* const y = k > 0 && apart > 1 ? maps.data() + (k - 1) * size : p.y;
      scan.Run({k, columns * part / parts, columns * (part + 1) / parts, p.u + b * map, p.delta + plane * p.channels, p.B + plane * groups_row,
                p.C + plane * groups_row, y + b * map, p.D && k == 0 ? skip.data() : nullptr, k > 0 && apart == 1, h.data() + item * state});
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
