// DiagonalStateSpace: cuts a call into tasks. A bank, one channel and a shared state are different work; each has its header.
#include "ops/diagonal_state_space/diagonal_state_space.h"

#include "ops/diagonal_state_space/diagonal_bank_simd.h"
#include "ops/diagonal_state_space/diagonal_channel_simd.h"
#include "ops/diagonal_state_space/diagonal_convolution_simd.h"
#include "ops/diagonal_state_space/diagonal_shared_simd.h"
#include "runtime/roots_of_unity.h"
#include "runtime/work_space.h"

namespace ssm {
namespace SSM_ISA {
namespace {

constexpr int kBlock = 16;            // steps whose shared states stay in the nearest cache
constexpr int kParallelBlock = 256;   // steps that are worth a meeting of the threads
// A pass of a transform over a point, in products of the recurrence, by whether the work space fits the second cache. Measured with kernel_bench.
constexpr double kPassCost = 22, kPassCostFar = 50;
constexpr double kStateCost = 4.5, kResponseCost = 5;  // of a state and step: in the recurrence, in the impulse response, which a batch shares
constexpr double kNearBytes = 1 << 20;
constexpr std::int64_t kLeastWork = 1 << 20;  // products of a block that are

Status RunOneChannel(const DiagonalStateSpaceParams& p, const DiagonalPlan& plan, const Parallel& parallel) {
  const OneChannel channel(p, plan);
  const WorkSpace states(p.batch, channel.work());
  if (!states.data()) return Status::OutOfMemory("DiagonalStateSpace", states.bytes());
  const auto task = [&](std::size_t index) {
    const FlushDenormals flush;
    const std::int64_t b = static_cast<std::int64_t>(index);
    channel.Run(b, states.data() + b * channel.work());
  };
  ParallelFor(parallel, static_cast<std::size_t>(p.batch), task);
  return Status::Ok();
}

Status RunBank(const DiagonalStateSpaceParams& p, const DiagonalPlan& plan, const Parallel& parallel) {
  const std::int64_t vectors = (p.inputs + kWidth - 1) / kWidth;
  const WorkSpace states(p.batch, vectors, 2 * p.state, kWidth);
  if (!states.data()) return Status::OutOfMemory("DiagonalStateSpace", states.bytes());
  const Bank bank(p, plan);
  const auto task = [&](std::size_t index) {
    const FlushDenormals flush;
    const std::int64_t i = static_cast<std::int64_t>(index);
    bank.Run(i / vectors, i % vectors, states.data() + i * 2 * p.state * kWidth);
  };
  ParallelFor(parallel, static_cast<std::size_t>(p.batch * vectors), task);
  return Status::Ok();
}

std::int64_t Points(std::int64_t length) {
  std::int64_t points = 1;
  while (points < length) points *= 2;
  return points;
}

// Whether transforms beat the recurrence, counted in products of a channel.
bool ConvolutionIsCheaper(const DiagonalStateSpaceParams& p) {
  const double length = static_cast<double>(p.length), batch = static_cast<double>(p.batch), state = static_cast<double>(p.state);
  const double points = static_cast<double>(Points(p.length));
  double passes = 1;
  for (std::int64_t size = Points(p.length); size > 1; size /= 4) ++passes;
  const double pass = 6 * points * kWidth * sizeof(float) <= kNearBytes ? kPassCost : kPassCostFar;
  return length * kResponseCost * state + (1 + 2 * batch) * points * passes * pass < batch * length * kStateCost * state;
}

bool Convolves(const DiagonalStateSpaceParams& p) {
  if (!p.bank() || p.one_channel() || p.h0 || p.h || p.length == 0) return false;
  return p.form == DiagonalForm::kFft || (p.form == DiagonalForm::kAuto && ConvolutionIsCheaper(p));
}

Status RunConvolution(const DiagonalStateSpaceParams& p, const DiagonalPlan& plan, const Parallel& parallel) {
  const std::int64_t points = Points(p.length), vectors = (p.inputs + kWidth - 1) / kWidth;
  const std::int64_t parts = Least<std::int64_t>(vectors, parallel.threads);
  const WorkSpace roots(2, points), twist(2, points);
  if (!roots.data() || !twist.data()) return Status::OutOfMemory("DiagonalStateSpace", roots.bytes());
  const Convolution convolution(p, plan, points, roots.data(), twist.data());
  const WorkSpace work(parts, convolution.work());
  if (!work.data()) return Status::OutOfMemory("DiagonalStateSpace", work.bytes());
  RootsOfUnity(points, points, roots.data());
  RootsOfUnity(points, 4 * points, twist.data());
  const auto task = [&](std::size_t index) {
    const FlushDenormals flush;
    const std::int64_t part = static_cast<std::int64_t>(index);
    for (std::int64_t v = vectors * part / parts; v < vectors * (part + 1) / parts; ++v) convolution.Run(v, work.data() + part * convolution.work());
  };
  ParallelFor(parallel, static_cast<std::size_t>(parts), task);
  return Status::Ok();
}

Status RunShared(const DiagonalStateSpaceParams& p, const DiagonalPlan& plan, const Parallel& parallel) {
  const SharedState shared(p, plan);
  const bool together = parallel.threads > 1 && Least<std::int64_t>(kParallelBlock, p.length) * plan.padded_state() * (p.inputs + p.outputs) >= kLeastWork;
  const std::int64_t block = Least<std::int64_t>(together ? kParallelBlock : kBlock, p.length);
  const WorkSpace rows(p.batch, block, shared.row());
  const WorkSpace carried(p.batch, shared.carried());
  const WorkSpace* const spaces[] = {&rows, &carried};
  for (const WorkSpace* space : spaces) {
    if (!space->data()) return Status::OutOfMemory("DiagonalStateSpace", space->bytes());
  }
  const std::int64_t wanted = together ? (2 * parallel.threads + p.batch - 1) / p.batch : 1;
  const std::int64_t panel_parts = Least(shared.panels(), wanted), row_parts = Least(block, wanted);
  const auto rows_of = [&](std::int64_t b) { return rows.data() + b * block * shared.row(); };
  const auto state_of = [&](std::int64_t b) { return carried.data() + b * shared.carried(); };

  for (std::int64_t b = 0; b < p.batch; ++b) shared.ReadState(b, state_of(b));
  for (std::int64_t t = 0; t < p.length; t += block) {
    const int count = static_cast<int>(Least(block, p.length - t));
    const auto advance = [&](std::size_t index) {
      const FlushDenormals flush;
      const std::int64_t b = static_cast<std::int64_t>(index) / panel_parts, part = static_cast<std::int64_t>(index) % panel_parts;
      shared.Advance(b, t, count, shared.panels() * part / panel_parts, shared.panels() * (part + 1) / panel_parts, rows_of(b), state_of(b));
    };
    ParallelFor(parallel, static_cast<std::size_t>(p.batch * panel_parts), advance);
    const auto read = [&](std::size_t index) {
      const FlushDenormals flush;
      const std::int64_t b = static_cast<std::int64_t>(index) / row_parts, part = static_cast<std::int64_t>(index) % row_parts;
      const std::int64_t begin = count * part / row_parts, end = count * (part + 1) / row_parts;
      shared.Read(b, t + begin, static_cast<int>(end - begin), rows_of(b) + begin * shared.row());
    };
    ParallelFor(parallel, static_cast<std::size_t>(p.batch * row_parts), read);
  }
  for (std::int64_t b = 0; b < p.batch; ++b) shared.WriteState(b, state_of(b));
  return Status::Ok();
}

}  // namespace

int DiagonalStateSpaceWidth() { return kWidth; }

Status RunDiagonalStateSpace(const DiagonalStateSpaceParams& p, const DiagonalPlan& plan, const Parallel& parallel) {
  SetLastIsa(kIsa);
  if (Convolves(p)) return RunConvolution(p, plan, parallel);
  if (p.one_channel()) return RunOneChannel(p, plan, parallel);
  return p.bank() ? RunBank(p, plan, parallel) : RunShared(p, plan, parallel);
}

}  // namespace SSM_ISA
}  // namespace ssm
