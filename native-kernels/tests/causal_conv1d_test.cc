#include "tests/causal_conv1d_problem.h"

#include "tests/properties.h"

namespace ssm_test {
namespace {

using Shape = CausalConv1dProblem::Shape;

TEST(CausalConv1dAgreesOverSizes) {
  Random random(2);
  for (const std::int64_t length : {0, 1, 2, 3, 17, 64, 65, 197, 1000}) {
    for (const std::int64_t channels : {1, 3, 7, 8, 9, 16, 33, 100}) {
      for (std::int64_t width = 1; width <= 9; ++width) {
        Shape s;
        s.length = length;
        s.channels = channels;
        s.width = width;
        s.batch = random.Below(3);
        s.bias = random.Coin();
        s.silu = random.Coin();
        s.initial = random.Coin();
        s.reverse = random.Coin();
        ExpectAgreement(CausalConv1dProblem(s, random.Next()));
      }
    }
  }
}

TEST(CausalConv1dAgreesWithEveryOption) {
  for (int bits = 0; bits < 16; ++bits) {
    for (const std::int64_t length : {2, 17}) {
      Shape s;
      s.length = length;
      s.bias = bits & 1;
      s.silu = bits & 2;
      s.initial = bits & 4;
      s.reverse = bits & 8;
      ExpectAgreement(CausalConv1dProblem(s, 100 + bits));
    }
  }
}

TEST(CausalConv1dReverseIsTheFlippedConvolution) {
  Shape s;
  s.batch = 1;
  s.silu = false;
  CausalConv1dProblem forward(s, 3);
  s.reverse = true;
  CausalConv1dProblem backward(s, 3);
  for (std::int64_t t = 0; t < s.length; ++t) {
    for (std::int64_t d = 0; d < s.channels; ++d) {
      backward.x[t * s.channels + d] = forward.x[(s.length - 1 - t) * s.channels + d];
    }
  }
  for (const ssm::Isa isa : RunnableIsas()) {
    const Outputs ahead = ComputeWith(forward, isa), back = ComputeWith(backward, isa);
    EXPECT(SameBits(ahead.state, back.state), "%s: the final states differ", IsaName(isa));
    for (std::int64_t i = 0; i < s.length * s.channels; ++i) {
      const float mirrored = back.y[(s.length - 1 - i / s.channels) * s.channels + i % s.channels];
      EXPECT(ahead.y[i] == mirrored, "%s: %g forward, %g backward", IsaName(isa), ahead.y[i], mirrored);
    }
  }
}

TEST(CausalConv1dAgreesForExtremeInputs) {
  for (const float scale : {1e-40f, 1e-20f, 1e4f, 1e30f}) {
    Shape s;
    CausalConv1dProblem problem(s, 4);
    for (float& x : problem.x) x *= scale;
    ExpectAgreement(problem);
  }
}

TEST(CausalConv1dConfinesNanToItsWindow) {
  Shape s;
  CausalConv1dProblem clean(s, 5), dirty(s, 5);
  dirty.x[20 * s.channels + 8] = std::numeric_limits<float>::quiet_NaN();
  for (const ssm::Isa isa : RunnableIsas()) {
    const Outputs good = ComputeWith(clean, isa), bad = ComputeWith(dirty, isa);
    for (std::int64_t i = 0; i < clean.YSize(); ++i) {
      const std::int64_t channel = i % s.channels, t = i / s.channels;
      const bool touched = channel == 8 && t >= 20 && t < 20 + s.width;
      EXPECT(touched ? std::isnan(bad.y[i]) : bad.y[i] == good.y[i], "%s: channel %d, time %d: %g with a NaN, %g without", IsaName(isa),
             static_cast<int>(channel), static_cast<int>(t), bad.y[i], good.y[i]);
    }
  }
}

TEST(CausalConv1dReadsStridedRows) {
  for (const bool reverse : {false, true}) {
    Shape s;
    s.padding = 3;
    s.reverse = reverse;
    const CausalConv1dProblem problem(s, 6);
    ExpectAgreement(problem);
    for (const ssm::Isa isa : RunnableIsas()) {
      const Outputs got = ComputeWith(problem, isa);
      for (std::int64_t i = s.channels; i < problem.YSize(); i += s.channels + s.padding) {
        EXPECT(got.y[i] == kUntouched, "%s wrote %g behind a row", IsaName(isa), got.y[i]);
      }
    }
  }
}

TEST(CausalConv1dThreadsAgree) {
  for (const std::int64_t length : {3, 197, 1000}) {
    Shape s;
    s.length = length;
    s.channels = 100;
    ExpectThreadsAgree(CausalConv1dProblem(s, 7));
  }
}

TEST(CausalConv1dStreams) {
  for (int seed = 0; seed < 12; ++seed) {
    Shape s;
    s.length = seed < 4 ? 5 : 197;
    s.width = 1 + seed % 6;
    s.reverse = seed & 1;
    s.initial = seed & 2;
    ExpectStreamingAgrees(CausalConv1dProblem(s, 8 + seed), seed);
  }
}

}  // namespace
}  // namespace ssm_test
