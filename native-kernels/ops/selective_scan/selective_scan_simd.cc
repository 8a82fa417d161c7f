// SelectiveScan: how its work is shared by threads. The kernel is in selective_scan_kernel.h.
#include "ops/selective_scan/selective_scan_kernel.h"
#include "runtime/step_queue.h"

namespace ssm {
namespace SSM_ISA {
namespace {

constexpr std::int64_t kLeastStretch = 512;  // steps that are worth a task of their own
constexpr std::int64_t kTurn = 512;          // steps, about, after which a thread looks for other work

// A call and its work space. Time is one stretch, unless channels and batch are too few for the threads: then several, run at first as if each began with a
// state of zeros.
struct Call {
  const SelectiveScanParams& p;
  const Parallel& parallel;
  const Scan& scan;
  const ScanLayout& layout;
  std::int64_t parts;      // ranges of columns
  std::int64_t stretches;  // of time
  float* h;                // [batch, stretches, vectors, N, kWidth]: the state at the end of each stretch, as far as it is its own
  float* sums;             // [batch, stretches, vectors, kWidth]: of dt; none for one stretch
  float* before;           // like h: the state in front of each stretch but the first; none for one stretch

  std::int64_t State(std::int64_t b, std::int64_t stretch) const { return (b * stretches + stretch) * layout.vectors() * p.state * kWidth; }
  std::int64_t First(std::int64_t part) const { return layout.First(layout.columns() * part / parts); }
  std::int64_t Begin(std::int64_t stretch) const { return p.length * stretch / stretches; }

  Item ItemOf(std::int64_t b, float* state, float* dt_sums, bool echo) const {
    const auto walk = [&](auto* tensor, const Strides& strides) { return WalkOf(tensor, strides, b, p.length, p.reverse); };
    return {walk(p.u, p.u_stride), walk(p.delta, p.delta_stride), walk(p.B, p.B_stride), walk(p.C, p.C_stride), walk(p.z, p.z_stride), walk(p.y, p.y_stride),
            state, dt_sums, echo};
  }

  // body(b, part, stretch) for the stretches from `first` on.
  template <typename Body>
  void ForAll(std::int64_t first, const Body& body) const {
    const std::int64_t count = stretches - first;
    const auto task = [&](std::size_t index) {
      const auto i = static_cast<std::int64_t>(index);
      body(i / count / parts, i / count % parts, first + i % count);
    };
    ParallelFor(parallel, static_cast<std::size_t>(p.batch * parts * count), task);
  }
};

// Time in turns: one thread goes on where another left off.
void RunTurns(const Call& call, StepQueue& queue, std::int64_t turns) {
  const SelectiveScanParams& p = call.p;
  const std::int64_t D_N = p.channels * p.state;
  ParallelSteps(call.parallel, queue, [&](std::int64_t item, std::int64_t turn) {
    const std::int64_t b = item / call.parts, part = item % call.parts, begin = call.First(part), end = call.First(part + 1);
    float* const h = call.h + call.State(b, 0);
    if (turn == 0) PackRows(call.layout, p.h0 ? p.h0 + b * D_N : nullptr, p.state, h, begin, end);
    call.scan.Run(call.ItemOf(b, h, nullptr, false), p.length * turn / turns, p.length * (turn + 1) / turns, begin, end);
    if (p.h && turn == turns - 1) UnpackRows(call.layout, h, p.state, p.h + b * D_N, begin, end);
  });
}

// Every stretch by itself.
void RunStretches(const Call& call) {
  const SelectiveScanParams& p = call.p;
  call.ForAll(0, [&](std::int64_t b, std::int64_t part, std::int64_t stretch) {
    const std::int64_t begin = call.First(part), end = call.First(part + 1);
    float* const h = call.h + call.State(b, stretch);
    float* const sums = call.sums + call.State(b, stretch) / p.state;
    for (std::int64_t i = begin * kWidth; i < end * kWidth; ++i) sums[i] = 0.0f;
    PackRows(call.layout, stretch == 0 && p.h0 ? p.h0 + b * p.channels * p.state : nullptr, p.state, h, begin, end);
    call.scan.Run(call.ItemOf(b, h, sums, false), call.Begin(stretch), call.Begin(stretch + 1), begin, end);
  });
}

// The associative part: carries the state from stretch to stretch, then adds to y what each hears of those before it, until that has died away.
void JoinStretches(const Call& call) {
  const SelectiveScanParams& p = call.p;
  const std::int64_t block = call.layout.vectors() * p.state * kWidth;
  for (std::int64_t b = 0; b < p.batch; ++b) {
    const float* state = call.h + call.State(b, 0);
    for (std::int64_t stretch = 1; stretch < call.stretches; ++stretch) {
      float* const before = call.before + call.State(b, stretch);
      float* const own = call.h + call.State(b, stretch);
      for (std::int64_t i = 0; i < block; ++i) before[i] = state[i];
      call.scan.Advance(call.sums + call.State(b, stretch) / p.state, before, own, 0, call.layout.vectors());
      state = own;
    }
    if (p.h) UnpackRows(call.layout, state, p.state, p.h + b * p.channels * p.state, 0, call.layout.vectors());
  }
  call.ForAll(1, [&](std::int64_t b, std::int64_t part, std::int64_t stretch) {
    call.scan.Run(call.ItemOf(b, call.before + call.State(b, stretch), nullptr, true), call.Begin(stretch), call.Begin(stretch + 1), call.First(part),
                  call.First(part + 1));
  });
}

}  // namespace

Status RunSelectiveScan(const SelectiveScanParams& p, const Parallel& parallel) {
  SetLastIsa(kIsa);
  const ScanLayout layout = MakeLayout<kColumn>(p.channels, p.groups);

  // Threads share ranges of columns, two a thread, and take turns on them; where these are too few, they share stretches of time.
  const std::int64_t wanted = parallel.threads > 1 ? (2 * parallel.threads + p.batch - 1) / p.batch : 1;
  const std::int64_t parts = Least(layout.columns(), wanted), turns = parallel.threads > 1 ? p.length / kTurn + 1 : 1;
  const bool too_few = p.batch * parts < parallel.threads;
  const std::int64_t most = p.length / kLeastStretch, stretches = too_few && most > 1 ? Least(most, (wanted + parts - 1) / parts) : 1;

  StepQueue queue(p.batch * parts, turns);
  const WorkSpace A(layout.vectors(), p.state, kWidth), bound(layout.vectors(), kWidth);
  const WorkSpace h(p.batch * stretches, layout.vectors(), p.state, kWidth);
  const std::int64_t joined = stretches > 1 ? p.batch * stretches : 0;
  const WorkSpace before(joined, layout.vectors(), p.state, kWidth), sums(joined, layout.vectors(), kWidth);
  const WorkSpace* const spaces[] = {&A, &bound, &h, &before, &sums, &queue.space()};
  for (const WorkSpace* space : spaces) {
    if (!space->data()) return Status::OutOfMemory("SelectiveScan", space->bytes());
  }
  const Scan scan(p, layout, A.data(), bound.data());
  PackA(layout, p.A, p.state, A.data(), bound.data());
  const Call call{p, parallel, scan, layout, parts, stretches, h.data(), sums.data(), before.data()};
  if (stretches == 1) {
    RunTurns(call, queue, turns);
  } else {
    RunStretches(call);
    JoinStretches(call);
  }
  return Status::Ok();
}

}  // namespace SSM_ISA
}  // namespace ssm
