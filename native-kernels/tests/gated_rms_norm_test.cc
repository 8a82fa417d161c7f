#include "tests/gated_rms_norm_problem.h"

#include "tests/properties.h"

namespace ssm_test {
namespace {

using Shape = GatedRmsNormProblem::Shape;

// The options by the bits of a number.
Shape WithOptions(int bits) {
  Shape s;
  s.gate = bits & 1;
  s.norm_before_gate = bits & 2;
  s.groups = bits & 4 ? 3 : 1;
  return s;
}

TEST(GatedRmsNormAgreesOverSizes) {
  Random random(2);
  for (const std::int64_t length : {0, 1, 2, 17, 197}) {
    for (const std::int64_t channels : {1, 3, 7, 8, 9, 16, 33, 64, 100, 127, 512, 2000}) {
      for (const std::int64_t groups : {std::int64_t{1}, channels % 4 == 0 ? 4 : channels}) {
        Shape s = WithOptions(static_cast<int>(random.Below(4)));
        s.length = length;
        s.channels = channels;
        s.groups = groups;
        s.batch = random.Below(3);
        ExpectAgreement(GatedRmsNormProblem(s, random.Next()));
      }
    }
  }
}

TEST(GatedRmsNormAgreesWithEveryOption) {
  for (int bits = 0; bits < 8; ++bits) {
    for (const float epsilon : {0.0f, 1e-5f, 1.0f}) {
      Shape s = WithOptions(bits);
      s.epsilon = epsilon;
      ExpectAgreement(GatedRmsNormProblem(s, 100 + bits));
    }
  }
}

TEST(GatedRmsNormGivesRowsOfOneSize) {
  Shape s;
  s.gate = false;
  s.epsilon = 0;
  GatedRmsNormProblem problem(s, 3);
  std::fill(problem.weight.begin(), problem.weight.end(), 1.0f);
  for (const ssm::Isa isa : RunnableIsas()) {
    const Outputs got = ComputeWith(problem, isa);
    for (std::int64_t row = 0; row < s.batch * s.length; ++row) {
      double squares = 0;
      for (std::int64_t d = 0; d < s.channels; ++d) squares += std::pow(got.y[row * s.channels + d], 2);
      EXPECT(std::fabs(squares / s.channels - 1) < 1e-6, "%s: the mean square of row %d is %g", IsaName(isa), static_cast<int>(row), squares / s.channels);
    }
  }
}

TEST(GatedRmsNormAgreesForExtremeInputs) {
  for (const float scale : {1e-40f, 1e-20f, 1e4f, 1e15f}) {
    for (int bits = 0; bits < 8; ++bits) {
      GatedRmsNormProblem problem(WithOptions(bits), 4);
      for (float& x : problem.x) x *= scale;
      ExpectAgreement(problem);
    }
  }
  for (const float scale : {1e-20f, 30.0f, 1e30f}) {
    for (int bits = 0; bits < 8; ++bits) {
      GatedRmsNormProblem problem(WithOptions(bits), 5);
      for (float& z : problem.z) z = z < 0 ? z * scale : z * std::min(scale, 1e10f);
      ExpectAgreement(problem);
    }
  }
}

TEST(GatedRmsNormConfinesNanToItsGroup) {
  const std::int64_t at = 20, channel = 13;
  for (int bits = 0; bits < 8; ++bits) {
    const Shape s = WithOptions(bits);
    GatedRmsNormProblem clean(s, 6), dirty(s, 6);
    dirty.x[at * s.channels + channel] = std::numeric_limits<float>::quiet_NaN();
    const std::int64_t group = s.channels / s.groups;
    for (const ssm::Isa isa : RunnableIsas()) {
      const Outputs good = ComputeWith(clean, isa), bad = ComputeWith(dirty, isa);
      for (std::int64_t i = 0; i < clean.YSize(); ++i) {
        const std::int64_t d = i % s.channels, row = i / s.channels;
        const bool touched = row == at && d / group == channel / group;
        EXPECT(touched ? std::isnan(bad.y[i]) : bad.y[i] == good.y[i], "%s: channel %d, row %d: %g with a NaN, %g without", IsaName(isa),
               static_cast<int>(d), static_cast<int>(row), bad.y[i], good.y[i]);
      }
    }
  }
}

TEST(GatedRmsNormReadsStridedRows) {
  for (int bits = 0; bits < 8; ++bits) {
    Shape s = WithOptions(bits);
    s.padding = 3;
    const GatedRmsNormProblem problem(s, 7);
    ExpectAgreement(problem);
    for (const ssm::Isa isa : RunnableIsas()) {
      const Outputs got = ComputeWith(problem, isa);
      for (std::int64_t i = s.channels; i < problem.YSize(); i += s.channels + s.padding) {
        EXPECT(got.y[i] == kUntouched, "%s wrote %g behind a row", IsaName(isa), got.y[i]);
      }
    }
  }
}

TEST(GatedRmsNormThreadsAgree) {
  for (const std::int64_t length : {3, 197, 1000}) {
    for (int bits = 0; bits < 8; ++bits) {
      Shape s = WithOptions(bits);
      s.length = length;
      s.channels = 99;
      ExpectThreadsAgree(GatedRmsNormProblem(s, 8));
    }
  }
}

}  // namespace
}  // namespace ssm_test
