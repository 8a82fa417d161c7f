#include "tests/selective_scan_2d_problem.h"

#include "tests/properties.h"

namespace ssm_test {
namespace {

using Shape = SelectiveScan2dProblem::Shape;
constexpr std::int64_t kMostWork = 500'000;  // channel-states of one case: keeps the double reference under 50 ms

TEST(SelectiveScan2dAgreesOverSizes) {
  Random random(1);
  for (const std::int64_t height : {0, 1, 2, 5, 8, 33}) {
    for (const std::int64_t width : {0, 1, 3, 7, 32, 57}) {
      for (const std::int64_t channels : {1, 3, 8, 17, 33, 100}) {
        Shape s;
        s.height = height;
        s.width = width;
        s.channels = channels;
        s.batch = random.Below(3);
        s.state = random.Pick<std::int64_t>({1, 2, 3, 8, 16, 17});
        if (s.batch * height * width * channels * s.state > kMostWork) s.state = 1;
        s.groups = channels % 3 == 0 ? random.Pick<std::int64_t>({1, 3, channels}) : channels % 2 == 0 ? 2 : 1;
        s.softplus = random.Coin();
        s.skip = random.Coin();
        s.bias = random.Coin();
        ExpectAgreement(SelectiveScan2dProblem(s, random.Next()));
      }
    }
  }
}

TEST(SelectiveScan2dAgreesWithEveryOption) {
  for (const std::int64_t state : {1, 16}) {
    for (const std::int64_t groups : {1, 3}) {
      for (int bits = 0; bits < 8; ++bits) {
        Shape s;
        s.state = state;
        s.groups = groups;
        s.softplus = bits & 1;
        s.skip = bits & 2;
        s.bias = bits & 4;
        ExpectAgreement(SelectiveScan2dProblem(s, 100 + bits));
      }
    }
  }
}

// One thing at one place reaches, along each path, exactly what comes after it.
TEST(SelectiveScan2dFollowsItsPaths) {
  const std::int64_t H = 3, W = 4, from = 1 * W + 2;
  for (int direction = 0; direction < ssm::kDirections; ++direction) {
    Shape s;
    s.batch = 1;
    s.height = H;
    s.width = W;
    s.channels = 1;
    s.state = 1;
    s.skip = s.bias = s.softplus = false;
    SelectiveScan2dProblem problem(s, 2);
    std::fill(problem.u.begin(), problem.u.end(), 0.0f);
    problem.u[from] = 1.0f;
    std::fill(problem.C.begin(), problem.C.end(), 0.0f);
    for (std::int64_t i = 0; i < H * W; ++i) {
      problem.delta[direction * H * W + i] = problem.B[direction * H * W + i] = problem.C[direction * H * W + i] = 1.0f;
    }
    problem.A[direction] = -0.5f;
    for (const ssm::Isa isa : RunnableIsas()) {
      const Outputs got = ComputeWith(problem, isa);
      for (std::int64_t row = 0; row < H; ++row) {
        for (std::int64_t column = 0; column < W; ++column) {
          const std::int64_t along[] = {row * W + column - from, column * H + row - (2 * H + 1)};
          const std::int64_t steps = direction < 2 ? along[direction] : -along[direction - 2];
          const double expected = steps < 0 ? 0.0 : std::exp(-0.5 * static_cast<double>(steps));
          const float y = got.y[row * W + column];
          EXPECT(std::fabs(y - expected) < 1e-6, "%s: direction %d, row %d, column %d: %g, expected %g", IsaName(isa), direction, static_cast<int>(row),
                 static_cast<int>(column), y, expected);
        }
      }
    }
  }
}

TEST(SelectiveScan2dAgreesWhenDecaysUnderflow) {
  for (const float most_A : {100.0f, 1e4f, 1e30f}) {
    Shape s;
    s.most_A = most_A;
    s.most_delta = 3.0f;
    ExpectAgreement(SelectiveScan2dProblem(s, 7));
  }
}

TEST(SelectiveScan2dAgreesForLargeSteps) {
  for (const bool softplus : {false, true}) {
    Shape s;
    s.softplus = softplus;
    s.most_delta = 200.0f;
    ExpectAgreement(SelectiveScan2dProblem(s, 8));
  }
}

TEST(SelectiveScan2dConfinesNanToItsChannel) {
  Shape s;
  for (const std::int64_t poisoned : {0, 7, 32}) {
    SelectiveScan2dProblem clean(s, 12), dirty(s, 12);
    dirty.delta[5 * s.channels + poisoned] = std::numeric_limits<float>::quiet_NaN();  // direction 0
    for (const ssm::Isa isa : RunnableIsas()) {
      const Outputs good = ComputeWith(clean, isa), bad = ComputeWith(dirty, isa);
      for (std::int64_t i = 0; i < clean.YSize(); ++i) {
        const std::int64_t position = i / s.channels;
        const bool touched = i % s.channels == poisoned && position >= 5 && position < s.height * s.width;
        // A NaN step takes its tile off the fast path, whose decays may round otherwise.
        const bool right = touched ? std::isnan(bad.y[i]) : std::fabs(bad.y[i] - good.y[i]) <= 1e-5f;
        EXPECT(right, "%s: element %d: %g with a NaN, %g without", IsaName(isa), static_cast<int>(i), bad.y[i], good.y[i]);
      }
    }
  }
}

TEST(SelectiveScan2dThreadsAgree) {
  for (const std::int64_t channels : {1, 33, 100, 384}) {
    for (const std::int64_t batch : {1, 2}) {
      for (const std::int64_t groups : {std::int64_t{1}, channels % 3 == 0 ? 3 : channels}) {
        Shape s;
        s.channels = channels;
        s.batch = batch;
        s.groups = groups;
        s.state = 5;
        ExpectThreadsAgree(SelectiveScan2dProblem(s, 14));
      }
    }
  }
}

TEST(SelectiveScan2dNamesWhatIsWrong) {
  Shape s;
  SelectiveScan2dProblem problem(s, 15);
  std::vector<float> y(problem.YSize());
  problem.params.y = y.data();
  const auto expect = [](ssm::SelectiveScan2dParams params, const char* part) {
    const ssm::Status status = ssm::SelectiveScan2d(params, ssm::SerialParallel());
    EXPECT(status.code() == ssm::StatusCode::kInvalidArgument && std::strstr(status.message(), part), "%s, expected %s", status.message(), part);
  };
  ssm::SelectiveScan2dParams params = problem.params;
  params.delta = nullptr;
  expect(params, "delta is required");
  params = problem.params;
  params.groups = 2;
  expect(params, "groups must divide channels = 33, got 2");
  params = problem.params;
  params.width = -1;
  expect(params, "width must be at least 0, got -1");
  params = problem.params;
  params.state = 0;
  expect(params, "state must be at least 1, got 0");
}

}  // namespace
}  // namespace ssm_test
