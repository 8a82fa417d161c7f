#include "tests/selective_scan_problem.h"

#include "tests/properties.h"

namespace ssm_test {
namespace {

using Shape = SelectiveScanProblem::Shape;
constexpr std::int64_t kMostWork = 1'000'000;  // channel-states of one case: keeps the double reference under 20 ms

TEST(SelectiveScanAgreesOverSizes) {
  Random random(1);
  for (const std::int64_t length : {0, 1, 2, 3, 17, 64, 65, 197, 1000}) {
    for (const std::int64_t channels : {1, 3, 7, 8, 9, 16, 33, 100}) {
      for (int variant = 0; variant < 3; ++variant) {
        Shape s;
        s.length = length;
        s.channels = channels;
        s.batch = random.Below(3);
        s.state = random.Pick<std::int64_t>({1, 3, 8, 16, 17, 64});
        if (s.batch * length * channels * s.state > kMostWork) s.state = 3;
        s.groups = channels % 3 == 0 ? random.Pick<std::int64_t>({1, 3, channels}) : channels % 2 == 0 ? 2 : 1;
        s.softplus = random.Coin();
        s.skip = random.Coin();
        s.gate = random.Coin();
        s.bias = random.Coin();
        s.initial = random.Coin();
        s.reverse = random.Coin();
        ExpectAgreement(SelectiveScanProblem(s, random.Next()));
      }
    }
  }
}

TEST(SelectiveScanAgreesWithEveryOption) {
  for (int bits = 0; bits < 64; ++bits) {
    Shape s;
    s.length = 17;
    s.channels = 9;
    s.state = 3;
    s.softplus = bits & 1;
    s.skip = bits & 2;
    s.gate = bits & 4;
    s.bias = bits & 8;
    s.initial = bits & 16;
    s.reverse = bits & 32;
    ExpectAgreement(SelectiveScanProblem(s, 100 + bits));
  }
}

TEST(SelectiveScanAgreesWhenDecaysUnderflow) {
  for (const float most_A : {100.0f, 1e4f, 1e30f}) {
    Shape s;
    s.most_A = most_A;
    s.most_delta = 3.0f;
    ExpectAgreement(SelectiveScanProblem(s, 7));
  }
}

TEST(SelectiveScanAgreesForLargeSteps) {
  for (const bool softplus : {false, true}) {
    Shape s;
    s.softplus = softplus;
    s.most_delta = 200.0f;
    ExpectAgreement(SelectiveScanProblem(s, 8));
  }
}

// A log2(e) is rounded once, and so the same way at every step: half an ulp of A that a growing state never forgets, where the
// roundings of the naive loops partly cancel.
constexpr double kGrowthFactor = 4.0;

TEST(SelectiveScanAgreesForGrowingStates) {
  Shape s;
  s.length = 17;
  SelectiveScanProblem problem(s, 9);
  for (float& a : problem.A) a = -a * 0.25f;
  ExpectAgreement(problem, kGrowthFactor);
}

TEST(SelectiveScanAgreesForDenormals) {
  Shape s;
  SelectiveScanProblem problem(s, 10);
  for (float& u : problem.u) u *= 1e-39f;
  for (float& h : problem.h0) h *= 1e-38f;
  ExpectAgreement(problem);
}

TEST(SelectiveScanKeepsZeroStateForZeroInput) {
  Shape s;
  s.length = 1000;
  s.bias = s.skip = false;
  SelectiveScanProblem problem(s, 11);
  std::fill(problem.u.begin(), problem.u.end(), 0.0f);
  for (const ssm::Isa isa : RunnableIsas()) {
    const Outputs got = ComputeWith(problem, isa);
    for (const float h : got.state) EXPECT(h == 0.0f || std::fabs(h) >= std::numeric_limits<float>::min(), "a denormal state, %g, is left", h);
  }
}

TEST(SelectiveScanConfinesNanToItsChannel) {
  Shape s;
  for (const std::int64_t poisoned : {0, 7, 32}) {
    SelectiveScanProblem clean(s, 12), dirty(s, 12);
    const float nan = std::numeric_limits<float>::quiet_NaN();
    dirty.u[5 * s.channels + poisoned] = nan;
    dirty.delta[9 * s.channels + (poisoned + 1) % s.channels] = nan;
    for (const ssm::Isa isa : RunnableIsas()) {
      const Outputs good = ComputeWith(clean, isa), bad = ComputeWith(dirty, isa);
      for (std::int64_t i = 0; i < s.batch * s.length * s.channels; ++i) {
        const std::int64_t channel = i % s.channels, t = i / s.channels;
        const bool touched = t < s.length && ((channel == poisoned && t >= 5) || (channel == (poisoned + 1) % s.channels && t >= 9));
        const bool right = touched ? std::isnan(bad.y[i]) : bad.y[i] == good.y[i];
        EXPECT(right, "%s: channel %d, time %d: %g with a NaN, %g without", IsaName(isa), static_cast<int>(channel), static_cast<int>(t),
               bad.y[i], good.y[i]);
      }
    }
  }
}

TEST(SelectiveScanReadsStridedRows) {
  for (const bool reverse : {false, true}) {
    Shape s;
    s.padding = 5;
    s.reverse = reverse;
    const SelectiveScanProblem problem(s, 13);
    ExpectAgreement(problem);
    for (const ssm::Isa isa : RunnableIsas()) {
      const Outputs got = ComputeWith(problem, isa);
      for (std::int64_t i = s.channels; i < problem.YSize(); i += s.channels + s.padding) {
        EXPECT(got.y[i] == kUntouched, "%s wrote %g behind a row", IsaName(isa), got.y[i]);
      }
    }
  }
}

TEST(SelectiveScanThreadsAgree) {
  for (const std::int64_t channels : {1, 33, 100, 384}) {
    for (const std::int64_t batch : {1, 2}) {
      Shape s;
      s.channels = channels;
      s.batch = batch;
      ExpectThreadsAgree(SelectiveScanProblem(s, 14));
    }
  }
  for (const bool reverse : {false, true}) {
    Shape s;
    s.batch = 1, s.length = 1100, s.channels = 384, s.reverse = reverse;  // long enough for threads to take turns
    ExpectThreadsAgree(SelectiveScanProblem(s, 15));
  }
}

// Time is shared where channels are fewer than threads: within the tolerance of one thread, the same at every run, for slow decays as for fast ones.
TEST(SelectiveScanSharesTime) {
  for (const float most_A : {0.001f, 0.1f, 8.0f, 1e4f}) {
    for (int variant = 0; variant < 4; ++variant) {
      Shape s;
      s.batch = 1;
      s.length = 1024 + 700 * variant;
      s.channels = variant & 1 ? 1 : 5;
      s.state = 5;
      s.most_A = most_A;
      s.initial = variant != 1;
      s.gate = s.skip = variant != 2;
      s.softplus = variant != 3;
      s.reverse = variant & 1;
      const SelectiveScanProblem problem(s, 16 + variant);
      const Outputs exact = Compute(problem, SelectiveScanProblem::Reference), naive = Compute(problem, SelectiveScanProblem::Naive);
      for (const ssm::Isa isa : RunnableIsas()) {
        const Outputs serial = ComputeWith(problem, isa);
        for (const int threads : {4, 8}) {
          ssm::ThreadPool pool(threads);
          const Outputs got = ComputeWith(problem, isa, pool.parallel()), again = ComputeWith(problem, isa, pool.parallel());
          ExpectNear(got.y, exact.y, naive.y, "y over shared time", isa, problem.Describe(), kNaiveFactor);
          ExpectNear(got.state, exact.state, naive.state, "state over shared time", isa, problem.Describe(), kNaiveFactor);
          EXPECT(SameBits(got.y, again.y) && SameBits(got.state, again.state), "%s: two runs of %d threads differ", IsaName(isa), threads);
          if (most_A < 1) EXPECT(!SameBits(got.y, serial.y), "%s: time was not shared by %d threads", IsaName(isa), threads);
        }
      }
    }
  }
}

TEST(SelectiveScanStreams) {
  for (int seed = 0; seed < 8; ++seed) {
    Shape s;
    s.length = 197;
    s.reverse = seed & 1;
    s.initial = seed & 2;
    ExpectStreamingAgrees(SelectiveScanProblem(s, 15 + seed), seed);
  }
}

}  // namespace
}  // namespace ssm_test
