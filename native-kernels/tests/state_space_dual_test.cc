#include "tests/state_space_dual_problem.h"

#include "tests/properties.h"

namespace ssm_test {
namespace {

using Shape = StateSpaceDualProblem::Shape;
constexpr std::int64_t kMostWork = 2'000'000;  // channel-states of one case: keeps the double reference under 20 ms

TEST(StateSpaceDualAgreesOverSizes) {
  Random random(3);
  for (const std::int64_t length : {0, 1, 2, 3, 17, 64, 65, 197, 1000}) {
    for (const std::int64_t channels : {1, 5, 16, 33, 64}) {
      for (int variant = 0; variant < 4; ++variant) {
        Shape s;
        s.length = length;
        s.channels = channels;
        s.batch = random.Below(3);
        s.state = random.Pick<std::int64_t>({1, 3, 8, 16, 17, 64});
        s.heads = random.Pick<std::int64_t>({1, 2, 6});
        s.groups = s.heads == 6 ? random.Pick<std::int64_t>({1, 2, 3, 6}) : 1;
        if (s.batch * length * s.heads * channels * s.state > kMostWork) s.state = 3;
        s.softplus = random.Coin();
        s.skip = random.Coin();
        s.gate = random.Coin();
        s.bias = random.Coin();
        s.initial = random.Coin();
        s.reverse = random.Coin();
        s.most_A = random.Pick<float>({0.1f, 1.0f, 16.0f});
        ExpectAgreement(StateSpaceDualProblem(s, random.Next()));
      }
    }
  }
}

TEST(StateSpaceDualAgreesWithEveryOption) {
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
    ExpectAgreement(StateSpaceDualProblem(s, 100 + bits));
  }
}

TEST(StateSpaceDualAgreesWhenDecaysUnderflow) {
  for (const float most_A : {40.0f, 100.0f, 1e4f, 1e30f}) {
    Shape s;
    s.most_A = most_A;
    s.most_dt = 3.0f;
    ExpectAgreement(StateSpaceDualProblem(s, 7));
  }
}

TEST(StateSpaceDualAgreesForLargeSteps) {
  for (const bool softplus : {false, true}) {
    Shape s;
    s.softplus = softplus;
    s.most_dt = 200.0f;
    ExpectAgreement(StateSpaceDualProblem(s, 8));
  }
}

TEST(StateSpaceDualAgreesForGrowingStates) {
  Shape s;
  s.length = 65;
  StateSpaceDualProblem problem(s, 9);
  for (float& a : problem.A) a = -a * 0.05f;
  ExpectAgreement(problem);
}

TEST(StateSpaceDualAgreesForDenormals) {
  Shape s;
  s.most_A = 0.5f;
  StateSpaceDualProblem problem(s, 10);
  for (float& x : problem.x) x *= 1e-39f;
  for (float& h : problem.h0) h *= 1e-38f;
  ExpectAgreement(problem);
}

TEST(StateSpaceDualConfinesNanToItsChannel) {
  Shape s;
  const std::int64_t row = s.heads * s.channels, x_channel = 5, dt_head = 2;
  StateSpaceDualProblem clean(s, 12), dirty(s, 12);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  dirty.x[5 * row + x_channel] = nan;
  dirty.dt[9 * s.heads + dt_head] = nan;
  for (const ssm::Isa isa : RunnableIsas()) {
    const Outputs good = ComputeWith(clean, isa), bad = ComputeWith(dirty, isa);
    for (std::int64_t i = 0; i < clean.YSize(); ++i) {
      const std::int64_t channel = i % row, t = i / row;
      const bool touched = t < s.length && ((channel == x_channel && t >= 5) || (channel / s.channels == dt_head && t >= 9));
      EXPECT(touched ? std::isnan(bad.y[i]) : bad.y[i] == good.y[i], "%s: channel %d, time %d: %g with a NaN, %g without", IsaName(isa),
             static_cast<int>(channel), static_cast<int>(t), bad.y[i], good.y[i]);
    }
  }
}

TEST(StateSpaceDualReadsStridedRows) {
  for (const bool reverse : {false, true}) {
    Shape s;
    s.padding = 5;
    s.reverse = reverse;
    const StateSpaceDualProblem problem(s, 13);
    ExpectAgreement(problem);
    const std::int64_t row = s.heads * s.channels;
    for (const ssm::Isa isa : RunnableIsas()) {
      const Outputs got = ComputeWith(problem, isa);
      for (std::int64_t i = row; i < problem.YSize(); i += row + s.padding) {
        EXPECT(got.y[i] == kUntouched, "%s wrote %g behind a row", IsaName(isa), got.y[i]);
      }
    }
  }
}

TEST(StateSpaceDualThreadsAgree) {
  for (const std::int64_t heads : {1, 4}) {
    for (const std::int64_t channels : {5, 64, 200}) {
      Shape s;
      s.heads = heads;
      s.groups = 1;
      s.channels = channels;
      ExpectThreadsAgree(StateSpaceDualProblem(s, 14));
    }
  }
}

TEST(StateSpaceDualStreams) {
  for (int seed = 0; seed < 8; ++seed) {
    Shape s;
    s.length = 197;
    s.reverse = seed & 1;
    s.initial = seed & 2;
    s.most_A = seed & 4 ? 0.2f : 8.0f;
    ExpectStreamingAgrees(StateSpaceDualProblem(s, 15 + seed), seed);
  }
}

}  // namespace
}  // namespace ssm_test
