// What must hold of every operator, whatever its inputs; Problem is one of *_problem.h.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "runtime/status.h"
#include "runtime/thread_pool.h"
#include "tests/random.h"
#include "tests/test.h"

namespace ssm_test {

// A kernel sums in another order than the naive float loops and rounds its decays once more or once less, so its error may be up to twice
// theirs. Where theirs happens to be next to nothing (a handful of sums) it says little, so the errors of one softplus and three exponentials
// (math_test.cc), which the naive loops take from the exact standard library, are allowed on top, as ulps of the largest result.
constexpr double kNaiveFactor = 2.0;
constexpr double kFloorUlps = 12.0;
// Kernels count numbers under 2^-126 as zero; a sum holds fewer than 2^7 terms that may vanish so, none scaled by more than 2^3 afterwards.
constexpr double kFlushed = 0x1p-116;

struct Outputs {
  std::vector<float> y, state;
};

// Unwritten elements keep this value; it is no result of any test input.
constexpr float kUntouched = -12345.5f;

template <typename Problem, typename Call>
Outputs Compute(const Problem& problem, const Call& call) {
  Outputs out{std::vector<float>(problem.YSize(), kUntouched), std::vector<float>(problem.StateSize(), kUntouched)};
  typename Problem::Params params = problem.params;
  Problem::SetY(params, out.y.data());
  float untouched_state;  // an empty vector may have no address, but the final state is still asked for
  Problem::SetState(params, Problem::StateIn(params), out.state.empty() ? &untouched_state : out.state.data());
  EXPECT_OK(call(params));
  return out;
}

template <typename Problem>
Outputs ComputeWith(const Problem& problem, ssm::Isa isa, const ssm::Parallel& parallel = ssm::SerialParallel()) {
  return Compute(problem, [&](const typename Problem::Params& p) { return Problem::Run(p, parallel, isa); });
}

// Infinite if one is NaN where the other is not.
inline double LargestDifference(const std::vector<float>& a, const std::vector<float>& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i]))) continue;
    if (std::isnan(a[i]) || std::isnan(b[i])) return std::numeric_limits<double>::infinity();
    largest = std::max(largest, std::fabs(static_cast<double>(a[i]) - b[i]));
  }
  return largest;
}

inline double Largest(const std::vector<float>& a) {
  double largest = 0;
  for (const float value : a) largest = std::max(largest, value == kUntouched ? 0.0 : std::fabs(static_cast<double>(value)));
  return largest;
}

inline void ExpectNear(const std::vector<float>& got, const std::vector<float>& exact, const std::vector<float>& naive, const char* what,
                       ssm::Isa isa, const std::string& problem, double naive_factor) {
  const double allowed = naive_factor * LargestDifference(naive, exact) +
                         kFloorUlps * std::numeric_limits<float>::epsilon() * Largest(exact) + kFlushed;
  const double difference = LargestDifference(got, exact);
  EXPECT(difference <= allowed, "%s of %s is off by %g, allowed %g: %s", what, IsaName(isa), difference, allowed, problem.c_str());
}

// Every runnable variant against the definition.
template <typename Problem>
void ExpectAgreement(const Problem& problem, double naive_factor = kNaiveFactor) {
  const Outputs exact = Compute(problem, Problem::Reference), naive = Compute(problem, Problem::Naive);
  for (const ssm::Isa isa : RunnableIsas()) {
    const Outputs got = ComputeWith(problem, isa);
    if (problem.shape.batch > 0) EXPECT(ssm::LastIsa() == isa, "asked for %s, ran %s", IsaName(isa), IsaName(ssm::LastIsa()));
    ExpectNear(got.y, exact.y, naive.y, "y", isa, problem.Describe(), naive_factor);
    ExpectNear(got.state, exact.state, naive.state, "state", isa, problem.Describe(), naive_factor);
  }
}

inline bool SameBits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0);
}

// Threads change nothing, not one bit.
template <typename Problem>
void ExpectThreadsAgree(const Problem& problem) {
  for (const ssm::Isa isa : RunnableIsas()) {
    const Outputs serial = ComputeWith(problem, isa);
    for (const int threads : {2, 3, 8}) {
      ssm::ThreadPool pool(threads);
      const Outputs parallel = ComputeWith(problem, isa, pool.parallel());
      EXPECT(SameBits(serial.y, parallel.y) && SameBits(serial.state, parallel.state), "%d threads of %s differ from one: %s", threads,
             IsaName(isa), problem.Describe().c_str());
    }
  }
}

// A sequence cut at random points, the state carried in place, equals one call within the same tolerance as one call meets the definition.
template <typename Problem>
void ExpectStreamingAgrees(const Problem& problem, std::uint64_t seed) {
  const Outputs exact = Compute(problem, Problem::Reference), naive = Compute(problem, Problem::Naive);
  const std::int64_t length = problem.shape.length;
  Random random(seed);
  std::vector<std::int64_t> cuts = {0, length};
  for (int i = 0; i < 6; ++i) cuts.push_back(random.Below(length + 1));
  std::sort(cuts.begin(), cuts.end());
  if (problem.shape.reverse) std::reverse(cuts.begin(), cuts.end());
  for (const ssm::Isa isa : RunnableIsas()) {
    Outputs got{std::vector<float>(problem.YSize(), kUntouched), std::vector<float>(problem.StateSize(), 0.0f)};
    if (problem.shape.initial) std::copy_n(Problem::StateIn(problem.params), problem.StateSize(), got.state.begin());
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
      typename Problem::Params params = problem.params;
      Problem::SetY(params, got.y.data());
      Problem::SetState(params, got.state.data(), got.state.data());
      EXPECT_OK(Problem::Run(Problem::Slice(params, std::min(cuts[i], cuts[i + 1]), std::max(cuts[i], cuts[i + 1])), ssm::SerialParallel(), isa));
    }
    ExpectNear(got.y, exact.y, naive.y, "streamed y", isa, problem.Describe(), kNaiveFactor);
    ExpectNear(got.state, exact.state, naive.state, "streamed state", isa, problem.Describe(), kNaiveFactor);
  }
}

}  // namespace ssm_test
