// Times the kernels for tuning: kernel_bench [part of an operator's name [threads]]. An element is a channel x state x step, for the convolution and the norm a
// channel x step. Processor time counts only what this process ran, so it also tells on a busy machine.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <vector>

#include "runtime/thread_pool.h"
#include "tests/causal_conv1d_problem.h"
#include "tests/diagonal_state_space_problem.h"
#include "tests/gated_rms_norm_problem.h"
#include "tests/selective_scan_2d_problem.h"
#include "tests/selective_scan_problem.h"
#include "tests/state_space_dual_problem.h"
#include "tests/wkv_problem.h"

namespace {

using Clock = std::chrono::steady_clock;
constexpr double kSecondsEach = 0.4;

template <typename Problem>
void Time(const typename Problem::Shape& shape, double elements, int threads) {
  const Problem problem(shape, 1);
  std::vector<float> y(problem.YSize());
  typename Problem::Params params = problem.params;
  Problem::SetY(params, y.data());
  ssm::ThreadPool pool(threads);
  for (const ssm::Isa isa : ssm::kAllIsas) {
    if (isa == ssm::Isa::kReference || !ssm::IsaSupported(isa)) continue;
    std::vector<double> seconds;
    const auto start = Clock::now();
    const std::clock_t cpu_start = std::clock();
    do {
      const auto before = Clock::now();
      const ssm::Status status = Problem::Run(params, pool.parallel(), isa);
      seconds.push_back(std::chrono::duration<double>(Clock::now() - before).count());
      if (!status.ok()) std::printf("%s\n", status.message());
    } while (std::chrono::duration<double>(Clock::now() - start).count() < kSecondsEach || seconds.size() < 3);
    const double cpu = static_cast<double>(std::clock() - cpu_start) / CLOCKS_PER_SEC / static_cast<double>(seconds.size());
    std::sort(seconds.begin(), seconds.end());
    const double median = seconds[seconds.size() / 2], best = seconds[0];
    std::printf("%-15s %-9s %d threads %9.3f ms median, ns an element: %6.3f median %6.3f best %6.3f of processor time  %s\n", Problem::kName, ssm::IsaName(isa), threads,
                median * 1e3, median * 1e9 / elements, best * 1e9 / elements, cpu * 1e9 / elements, problem.Describe().c_str());
    std::fflush(stdout);
  }
}

template <ssm::WkvVersion kVersion>
void TimeWkv(int threads) {
  for (const std::int64_t length : {1, 256, 4096}) {
    typename ssm_test::WkvProblem<kVersion>::Shape s;
    s.batch = 1;
    s.length = length;
    s.heads = 12;
    s.channels = 64;
    Time<ssm_test::WkvProblem<kVersion>>(s, 1.0 * length * 12 * 64 * 64, threads);
  }
}

}  // namespace

int main(int count, char** arguments) {
  const auto wanted = [&](const char* name) { return count < 2 || std::strstr(name, arguments[1]); };
  const int threads = count > 2 ? std::atoi(arguments[2]) : 1;
  if (wanted(ssm_test::SelectiveScanProblem::kName)) {
    for (const std::int64_t length : {197, 1024, 4096, 16384}) {
      ssm_test::SelectiveScanProblem::Shape s;
      s.batch = 1;
      s.length = length;
      s.channels = 384;
      s.most_A = 16.0f;
      s.initial = false;
      Time<ssm_test::SelectiveScanProblem>(s, 1.0 * length * 384 * 16, threads);
    }
  }
  if (wanted(ssm_test::CausalConv1dProblem::kName)) {
    for (const std::int64_t length : {197, 1024, 16384}) {
      ssm_test::CausalConv1dProblem::Shape s;
      s.batch = 1;
      s.length = length;
      s.channels = 384;
      s.initial = false;
      Time<ssm_test::CausalConv1dProblem>(s, 1.0 * length * 384, threads);
      s.silu = false;
      Time<ssm_test::CausalConv1dProblem>(s, 1.0 * length * 384, threads);
    }
  }
  if (wanted(ssm_test::StateSpaceDualProblem::kName)) {
    for (const std::int64_t length : {16, 256, 4096}) {
      for (const std::int64_t state : {64, 128}) {
        ssm_test::StateSpaceDualProblem::Shape s;
        s.batch = 1;
        s.length = length;
        s.heads = 8;
        s.groups = 1;
        s.channels = 64;
        s.state = state;
        s.most_A = 2.0f;
        s.initial = false;
        Time<ssm_test::StateSpaceDualProblem>(s, 1.0 * length * 512 * state, threads);
      }
    }
  }
  if (wanted(ssm_test::SelectiveScan2dProblem::kName)) {
    for (const std::int64_t state : {1, 16}) {
      for (const std::int64_t side : {14, 56, 64}) {
        ssm_test::SelectiveScan2dProblem::Shape s;
        s.batch = 1;
        s.height = s.width = side;
        s.channels = 192;
        s.state = state;
        s.most_A = 16.0f;
        s.bias = false;
        Time<ssm_test::SelectiveScan2dProblem>(s, 4.0 * side * side * 192 * state, threads);
      }
    }
  }
  if (wanted(ssm_test::DiagonalStateSpaceProblem::kName)) {
    for (const std::int64_t length : {1024, 16000}) {
      for (const std::int64_t state : {32, 128}) {
        for (const ssm::DiagonalForm form : {ssm::DiagonalForm::kRecurrence, ssm::DiagonalForm::kFft}) {
          ssm_test::DiagonalStateSpaceProblem::Shape s;
          s.batch = 4;
          s.length = length;
          s.inputs = 128;
          s.state = state;
          s.bank = true;
          s.initial = false;
          s.form = form;
          Time<ssm_test::DiagonalStateSpaceProblem>(s, 4.0 * length * 128 * state, threads);
        }
      }
    }
  }
  if (wanted(ssm_test::GatedRmsNormProblem::kName)) {
    for (const std::int64_t length : {16, 256, 4096}) {
      for (const bool gate : {true, false}) {
        ssm_test::GatedRmsNormProblem::Shape s;
        s.batch = 1;
        s.length = length;
        s.channels = 512;
        s.gate = gate;
        Time<ssm_test::GatedRmsNormProblem>(s, 1.0 * length * 512, threads);
      }
    }
  }
  if (wanted("Wkv6")) TimeWkv<ssm::WkvVersion::kRwkv6>(threads);
  if (wanted("Wkv7")) TimeWkv<ssm::WkvVersion::kRwkv7>(threads);
}
