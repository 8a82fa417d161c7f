#include <atomic>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <vector>

#include "runtime/step_queue.h"
#include "runtime/thread_pool.h"
#include "runtime/work_space.h"
#include "tests/causal_conv1d_problem.h"
#include "tests/diagonal_state_space_problem.h"
#include "tests/gated_rms_norm_problem.h"
#include "tests/properties.h"
#include "tests/selective_scan_2d_problem.h"
#include "tests/selective_scan_problem.h"
#include "tests/state_space_dual_problem.h"
#include "tests/wkv_problem.h"

// The sanitizer would end the process at a refused allocation that the kernels mean to survive. Its library looks for this by name.
#if defined(__GNUC__)
extern "C" __attribute__((visibility("default"))) const char* __asan_default_options();
extern "C" const char* __asan_default_options() { return "allocator_may_return_null=1"; }
#endif

namespace ssm_test {
namespace {

TEST(IsaNamesRoundTrip) {
  for (const ssm::Isa isa : ssm::kAllIsas) {
    ssm::Isa parsed = ssm::Isa::kReference;
    EXPECT(ssm::ParseIsa(ssm::IsaName(isa), &parsed) && parsed == isa, "%s is not its own name", ssm::IsaName(isa));
  }
  ssm::Isa untouched = ssm::Isa::kNeon;
  for (const char* name : {static_cast<const char*>(nullptr), "", "AVX2", "avx"}) {
    EXPECT(!ssm::ParseIsa(name, &untouched) && untouched == ssm::Isa::kNeon, "%s was taken for a name", name ? name : "null");
  }
}

TEST(SelectedIsaFollowsTheEnvironment) {
  ssm::Isa expected = ssm::BestIsa(), forced;
  if (ssm::ParseIsa(std::getenv("SSM_FORCE_ISA"), &forced) && ssm::IsaSupported(forced)) expected = forced;
  EXPECT(ssm::SelectedIsa() == expected, "%s was selected, not %s", ssm::IsaName(ssm::SelectedIsa()), ssm::IsaName(expected));
  EXPECT(ssm::IsaSupported(ssm::Isa::kReference), "the reference must run everywhere");
}

#if defined(__x86_64__)
constexpr ssm::Isa kEverywhere = ssm::Isa::kBaseline;
#elif defined(__aarch64__)
constexpr ssm::Isa kEverywhere = ssm::Isa::kNeon;
#else
constexpr ssm::Isa kEverywhere = ssm::Isa::kReference;
#endif

// What is checked of every runnable variant is checked of one at least, and the fastest of them is taken.
TEST(EveryProcessorHasItsVariant) {
  EXPECT(ssm::IsaSupported(kEverywhere), "%s does not run", IsaName(kEverywhere));
  const ssm::Isa fastest = RunnableIsas().empty() ? ssm::Isa::kReference : RunnableIsas().back();
  EXPECT(ssm::BestIsa() == fastest, "%s is taken, not %s", IsaName(ssm::BestIsa()), IsaName(fastest));
}

// Whether the calling thread computes with numbers under 2^-126, which kernels flush while they run.
bool KeepsDenormals() {
  const volatile float least = std::numeric_limits<float>::min();
  return least / 2 > 0;
}

template <typename Problem>
void ExpectForcedIsaRuns() {
  const Problem problem(typename Problem::Shape{}, 1);
  for (const ssm::Isa isa : ssm::kAllIsas) {
    typename Problem::Params params = problem.params;
    std::vector<float> y(problem.YSize());
    Problem::SetY(params, y.data());
    const ssm::Status status = Problem::Run(params, ssm::SerialParallel(), isa);
    EXPECT(status.ok() == ssm::IsaSupported(isa), "%s of %s: %s", Problem::kName, IsaName(isa), status.message());
    if (status.ok()) EXPECT(ssm::LastIsa() == isa, "%s was asked for %s, ran %s", Problem::kName, IsaName(isa), IsaName(ssm::LastIsa()));
    EXPECT(KeepsDenormals(), "%s of %s leaves denormals flushed", Problem::kName, IsaName(isa));
  }
}

TEST(ForcedIsaRuns) {
  ExpectForcedIsaRuns<SelectiveScanProblem>();
  ExpectForcedIsaRuns<CausalConv1dProblem>();
  ExpectForcedIsaRuns<StateSpaceDualProblem>();
  ExpectForcedIsaRuns<SelectiveScan2dProblem>();
  ExpectForcedIsaRuns<DiagonalStateSpaceProblem>();
  ExpectForcedIsaRuns<GatedRmsNormProblem>();
  ExpectForcedIsaRuns<WkvProblem<ssm::WkvVersion::kRwkv6>>();
  ExpectForcedIsaRuns<WkvProblem<ssm::WkvVersion::kRwkv7>>();
}

// `spoil` makes the parameters wrong; the message must hold every word.
template <typename Problem, typename Spoil>
void ExpectRefusal(const Spoil& spoil, std::vector<const char*> words) {
  const Problem problem(typename Problem::Shape{}, 2);
  typename Problem::Params params = problem.params;
  std::vector<float> y(problem.YSize());
  Problem::SetY(params, y.data());
  spoil(params);
  const ssm::Status status = Problem::Run(params, ssm::SerialParallel(), ssm::BestIsa());
  EXPECT(status.code() == ssm::StatusCode::kInvalidArgument, "not refused");
  words.push_back(Problem::kName);
  for (const char* word : words) EXPECT(std::strstr(status.message(), word), "no \"%s\" in \"%s\"", word, status.message());
}

TEST(WrongParametersAreRefused) {
  using Scan = ssm::SelectiveScanParams;
  ExpectRefusal<SelectiveScanProblem>([](Scan& p) { p.u = nullptr; }, {"u is required"});
  ExpectRefusal<SelectiveScanProblem>([](Scan& p) { p.y = nullptr; }, {"y is required"});
  ExpectRefusal<SelectiveScanProblem>([](Scan& p) { p.length = -1; }, {"length", "at least 0", "-1"});
  ExpectRefusal<SelectiveScanProblem>([](Scan& p) { p.state = 0; }, {"state", "at least 1"});
  ExpectRefusal<SelectiveScanProblem>([](Scan& p) { p.groups = 2; }, {"groups", "divide channels = 33", "got 2"});
  ExpectRefusal<SelectiveScanProblem>([](Scan& p) { p.groups = 0; }, {"groups", "got 0"});
  ExpectRefusal<SelectiveScanProblem>([](Scan& p) { p.z_stride.row = 32; }, {"stride of z", "33", "got 32"});
  ExpectRefusal<SelectiveScanProblem>([](Scan& p) { p.state = INT64_MIN; }, {"state", "at least 1"});
  ExpectRefusal<SelectiveScanProblem>([](Scan& p) { p.groups = 3, p.state = INT64_MAX; }, {"stride of B", "at least"});
  using Conv = ssm::CausalConv1dParams;
  ExpectRefusal<CausalConv1dProblem>([](Conv& p) { p.w = nullptr; }, {"w is required"});
  ExpectRefusal<CausalConv1dProblem>([](Conv& p) { p.width = 0; }, {"width", "at least 1"});
  ExpectRefusal<CausalConv1dProblem>([](Conv& p) { p.x_stride.row = 1; }, {"stride of x"});
  using Dual = ssm::StateSpaceDualParams;
  ExpectRefusal<StateSpaceDualProblem>([](Dual& p) { p.dt = nullptr; }, {"dt is required"});
  ExpectRefusal<StateSpaceDualProblem>([](Dual& p) { p.groups = 3; }, {"groups", "heads"});
  ExpectRefusal<StateSpaceDualProblem>([](Dual& p) { p.dt_stride.row = 3; }, {"stride of dt"});
  using Norm = ssm::GatedRmsNormParams;
  ExpectRefusal<GatedRmsNormProblem>([](Norm& p) { p.weight = nullptr; }, {"weight is required"});
  ExpectRefusal<GatedRmsNormProblem>([](Norm& p) { p.groups = 5; }, {"groups", "divide channels = 36", "got 5"});
  ExpectRefusal<GatedRmsNormProblem>([](Norm& p) { p.z_stride.row = 35; }, {"stride of z"});
  using Wkv = ssm::WkvParams;
  ExpectRefusal<WkvProblem<ssm::WkvVersion::kRwkv6>>([](Wkv& p) { p.u = nullptr; }, {"u is required"});
  ExpectRefusal<WkvProblem<ssm::WkvVersion::kRwkv7>>([](Wkv& p) { p.kappa = nullptr; }, {"kappa is required"});
  ExpectRefusal<WkvProblem<ssm::WkvVersion::kRwkv7>>([](Wkv& p) { p.a_stride.row = 50; }, {"stride of a", "51"});
}

TEST(RefusedMemoryIsAStatus) {
  for (const ssm::Isa isa : RunnableIsas()) {
    constexpr std::int64_t kHuge = std::int64_t{1} << 50;
    float value = 0;
    ssm::SelectiveScanParams scan;
    scan.batch = 1;
    scan.channels = scan.state = kHuge;
    scan.A = &value;
    EXPECT(SelectiveScan(scan, ssm::SerialParallel(), isa).code() == ssm::StatusCode::kOutOfMemory, "not refused by %s", IsaName(isa));
    ssm::CausalConv1dParams conv;
    conv.batch = 1;
    conv.channels = conv.width = kHuge;
    conv.w = &value;
    EXPECT(CausalConv1d(conv, ssm::SerialParallel(), isa).code() == ssm::StatusCode::kOutOfMemory, "not refused by %s", IsaName(isa));
    ssm::StateSpaceDualParams dual;
    dual.batch = dual.heads = 1;
    dual.channels = kHuge;
    dual.state = 1;
    dual.A = &value;
    ssm::WkvParams wkv;
    wkv.batch = wkv.heads = 1;
    wkv.channels = kHuge;
    wkv.u = &value;
    EXPECT(Wkv(wkv, ssm::SerialParallel(), isa).code() == ssm::StatusCode::kOutOfMemory, "not refused by %s", IsaName(isa));
    EXPECT(StateSpaceDual(dual, ssm::SerialParallel(), isa).code() == ssm::StatusCode::kOutOfMemory, "not refused by %s", IsaName(isa));
  }
}

TEST(WorkSpaceCountsAndRefuses) {
  const ssm::WorkSpace small(3, 5, 2);
  EXPECT(small.data() && small.bytes() == 120 && reinterpret_cast<std::uintptr_t>(small.data()) % 64 == 0, "%llu bytes at %p", small.bytes(),
         static_cast<void*>(small.data()));
  const ssm::WorkSpace overflowing(std::int64_t{1} << 40, std::int64_t{1} << 40);
  EXPECT(!overflowing.data(), "2^80 floats were granted");
}

TEST(ThreadPoolRunsEveryTaskOnce) {
  for (const int threads : {1, 2, 5}) {
    ssm::ThreadPool pool(threads);
    EXPECT(pool.parallel().threads == threads, "%d threads", pool.parallel().threads);
    for (int round = 0; round < 200; ++round) {
      std::vector<std::atomic<int>> runs(round);
      const auto task = [&](std::size_t index) { ++runs[index]; };
      ssm::ParallelFor(pool.parallel(), runs.size(), task);
      for (const std::atomic<int>& count : runs) EXPECT(count == 1, "a task ran %d times", count.load());
    }
  }
}

TEST(StepQueueGivesTheItemThatIsFurthestBehind) {
  ssm::StepQueue queue(2, 2);
  ssm::Step a, b, none;
  EXPECT(queue.Take(&a) && a.item == 0 && a.step == 0, "item %d", static_cast<int>(a.item));
  EXPECT(queue.Take(&b) && b.item == 1 && b.step == 0, "item %d", static_cast<int>(b.item));
  EXPECT(!queue.Take(&none), "a step began before the one in front of it ended");
  queue.Finish(b);
  EXPECT(queue.Take(&b) && b.item == 1 && b.step == 1, "item %d", static_cast<int>(b.item));
  queue.Finish(a);
  EXPECT(queue.Take(&a) && a.item == 0 && a.step == 1, "item %d", static_cast<int>(a.item));
}

TEST(ThreadsRunTheStepsOfAnItemInOrder) {
  constexpr std::int64_t kItems = 7, kSteps = 50;
  for (const int threads : {1, 2, 5}) {
    ssm::ThreadPool pool(threads);
    ssm::StepQueue queue(kItems, kSteps);
    std::vector<std::int64_t> done(kItems);
    std::atomic<int> out_of_order{0};
    ssm::ParallelSteps(pool.parallel(), queue, [&](std::int64_t item, std::int64_t step) {
      if (done[item] != step) ++out_of_order;
      done[item] = step + 1;
    });
    EXPECT(out_of_order == 0, "%d steps of %d threads", out_of_order.load(), threads);
    for (const std::int64_t steps : done) EXPECT(steps == kSteps, "%d steps", static_cast<int>(steps));
  }
}

}  // namespace
}  // namespace ssm_test
