#include "tests/diagonal_state_space_problem.h"

#include "ops/diagonal_state_space/diagonal_plan.h"
#include "tests/properties.h"

namespace ssm_test {
namespace {

using Shape = DiagonalStateSpaceProblem::Shape;
constexpr std::int64_t kMostWork = 1'000'000;  // products of one case: keeps the double reference under 20 ms
constexpr ssm::Discretization kDiscretizations[] = {ssm::Discretization::kNone, ssm::Discretization::kExponential, ssm::Discretization::kZoh,
                                                    ssm::Discretization::kBilinear};

TEST(DiagonalStateSpaceAgreesOverSizes) {
  Random random(3);
  for (const std::int64_t length : {0, 1, 2, 3, 4, 17, 64, 65, 197, 1000}) {
    for (const std::int64_t channels : {1, 2, 5, 16, 33, 64}) {
      for (int variant = 0; variant < 6; ++variant) {
        Shape s;
        s.bank = variant & 1;
        s.length = length;
        s.inputs = channels;
        s.outputs = random.Coin() ? channels : random.Pick<std::int64_t>({1, 3, 7, 40});
        s.batch = random.Below(3);
        s.state = random.Pick<std::int64_t>({1, 3, 8, 16, 17, 64});
        if (s.batch * length * s.state * (s.bank ? channels : channels + s.outputs) > kMostWork) s.state = 3;
        s.complex_b = random.Coin();
        s.complex_c = random.Coin();
        s.step = random.Coin();
        s.skip = random.Coin();
        s.initial = random.Coin();
        s.reverse = random.Coin();
        s.discretization = kDiscretizations[random.Below(4)];
        s.least_rate = random.Pick<float>({1e-4f, 0.01f, 0.5f});
        ExpectAgreement(DiagonalStateSpaceProblem(s, random.Next()));
      }
    }
  }
}

TEST(DiagonalStateSpaceAgreesWithEveryOption) {
  for (int bits = 0; bits < 128; ++bits) {
    for (const ssm::Discretization discretization : kDiscretizations) {
      Shape s;
      s.length = 17;
      s.inputs = s.outputs = 9;
      s.state = 5;
      s.discretization = discretization;
      s.bank = bits & 1;
      s.complex_b = bits & 2;
      s.complex_c = bits & 4;
      s.step = bits & 8;
      s.skip = bits & 16;
      s.initial = bits & 32;
      s.reverse = bits & 64;
      ExpectAgreement(DiagonalStateSpaceProblem(s, 100 + bits));
    }
  }
}

// The discretizations where their formulas are delicate: no rate at all, and a step far longer than the time constant.
TEST(DiagonalStateSpaceAgreesAtTheEndsOfTheRates) {
  for (const bool bank : {false, true}) {
    for (const ssm::Discretization discretization : kDiscretizations) {
      for (const float rate : {0.0f, 1e-30f, 1e-6f, 80.0f, 1e4f}) {
        Shape s;
        s.bank = bank;
        s.discretization = discretization;
        s.least_rate = s.most_rate = rate;
        DiagonalStateSpaceProblem problem(s, 7);
        ExpectAgreement(problem);
        for (std::size_t i = 1; i < problem.A.size(); i += 2) problem.A[i] = 0.0f;
        ExpectAgreement(problem);
      }
    }
  }
}

TEST(DiagonalStateSpaceAgreesForDenormals) {
  for (const bool bank : {false, true}) {
    Shape s;
    s.bank = bank;
    DiagonalStateSpaceProblem problem(s, 10);
    for (float& x : problem.x) x *= 1e-39f;
    for (float& h : problem.h0) h *= 1e-38f;
    ExpectAgreement(problem);
  }
}

TEST(DiagonalStateSpaceConfinesNan) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const bool bank : {false, true}) {
    Shape s;
    s.bank = bank;
    DiagonalStateSpaceProblem clean(s, 12), dirty(s, 12);
    dirty.x[5 * s.inputs + 3] = nan;  // step 5 of the first batch item
    for (const ssm::Isa isa : RunnableIsas()) {
      const Outputs good = ComputeWith(clean, isa), bad = ComputeWith(dirty, isa);
      for (std::int64_t i = 0; i < clean.YSize(); ++i) {
        const std::int64_t t = i / s.outputs, channel = i % s.outputs;
        const bool touched = t >= 5 && t < s.length && (!bank || channel == 3);
        EXPECT(touched ? std::isnan(bad.y[i]) : bad.y[i] == good.y[i], "%s: channel %d, step %d: %g with a NaN, %g without", IsaName(isa),
               static_cast<int>(channel), static_cast<int>(t), bad.y[i], good.y[i]);
      }
    }
  }
}

TEST(DiagonalStateSpaceReadsStridedRows) {
  for (int bits = 0; bits < 4; ++bits) {
    Shape s;
    s.padding = 5;
    s.bank = bits & 1;
    s.reverse = bits & 2;
    const DiagonalStateSpaceProblem problem(s, 13);
    ExpectAgreement(problem);
    for (const ssm::Isa isa : RunnableIsas()) {
      const Outputs got = ComputeWith(problem, isa);
      for (std::int64_t i = s.outputs; i < problem.YSize(); i += s.outputs + s.padding) {
        EXPECT(got.y[i] == kUntouched, "%s wrote %g behind a row", IsaName(isa), got.y[i]);
      }
    }
  }
}

TEST(DiagonalStateSpaceThreadsAgree) {
  for (const bool bank : {false, true}) {
    for (const std::int64_t batch : {1, 3}) {
      Shape s;
      s.bank = bank;
      s.batch = batch;
      s.length = 700;
      s.inputs = s.outputs = 40;
      s.state = bank ? 5 : 70;  // work that is worth threads
      ExpectThreadsAgree(DiagonalStateSpaceProblem(s, 14));
    }
  }
}

// Transforms spread each input's rounding over all outputs: log2 of their length, in ulps of the largest value at hand, for the two forward and the inverse one.
TEST(DiagonalStateSpaceFormsAgree) {
  for (const std::int64_t length : {1, 2, 3, 4, 5, 31, 64, 65, 1000, 5000}) {
    for (const std::int64_t channels : {2, 9, 17}) {
      Shape s;
      s.bank = true;
      s.length = length;
      s.inputs = channels;
      s.state = 7;
      s.initial = false;
      s.reverse = channels == 9;
      s.least_rate = 1e-3f;
      DiagonalStateSpaceProblem problem(s, 30 + length);
      const auto run = [&](ssm::DiagonalForm form, ssm::Isa isa, const ssm::Parallel& parallel) {
        std::vector<float> y(problem.YSize());
        DiagonalStateSpaceProblem::Params params = problem.params;
        params.y = y.data();
        params.form = form;
        EXPECT_OK(ssm::DiagonalStateSpace(params, parallel, isa));
        return y;
      };
      const std::vector<float> exact = run(ssm::DiagonalForm::kAuto, ssm::Isa::kReference, ssm::SerialParallel());
      const double bound = 3 * (2 + std::log2(static_cast<double>(length))) * std::numeric_limits<float>::epsilon() * Largest(exact);
      for (const ssm::Isa isa : RunnableIsas()) {
        const std::vector<float> fft = run(ssm::DiagonalForm::kFft, isa, ssm::SerialParallel()), recurrence = run(ssm::DiagonalForm::kRecurrence, isa, ssm::SerialParallel());
        EXPECT(LargestDifference(fft, exact) <= bound, "FFT of %s is off by %g, allowed %g: %s", IsaName(isa), LargestDifference(fft, exact), bound, problem.Describe().c_str());
        EXPECT(LargestDifference(fft, recurrence) <= 2 * bound, "the forms of %s differ by %g: %s", IsaName(isa), LargestDifference(fft, recurrence), problem.Describe().c_str());
        EXPECT(length < 3 || !SameBits(fft, recurrence), "%s ran one form for both", IsaName(isa));
        ssm::ThreadPool pool(3);
        EXPECT(SameBits(fft, run(ssm::DiagonalForm::kFft, isa, pool.parallel())), "threads change bits in %s", IsaName(isa));
      }
    }
  }
}

TEST(DiagonalStateSpaceStreams) {
  for (int bits = 0; bits < 16; ++bits) {
    Shape s;
    s.length = 197;
    s.bank = bits & 1;
    s.reverse = bits & 2;
    s.initial = bits & 4;
    s.least_rate = bits & 8 ? 1e-3f : 0.1f;
    ExpectStreamingAgrees(DiagonalStateSpaceProblem(s, 15 + bits), bits);
  }
}

// A shared state adds up in the same order however time is cut.
TEST(DiagonalStateSpaceStreamsASharedStateBitForBit) {
  Shape s;
  s.length = 100;
  const DiagonalStateSpaceProblem problem(s, 16);
  for (const ssm::Isa isa : RunnableIsas()) {
    const Outputs whole = ComputeWith(problem, isa);
    Outputs cut{std::vector<float>(problem.YSize()), problem.h0};
    for (std::int64_t t = 0; t < s.length; t += 7) {
      DiagonalStateSpaceProblem::Params params = problem.params;
      params.y = cut.y.data();
      params.h0 = params.h = cut.state.data();
      EXPECT_OK(ssm::DiagonalStateSpace(DiagonalStateSpaceProblem::Slice(params, t, std::min<std::int64_t>(t + 7, s.length)), ssm::SerialParallel(), isa));
    }
    EXPECT(SameBits(whole.y, cut.y) && SameBits(whole.state, cut.state), "%s: a cut changes bits", IsaName(isa));
  }
}

TEST(DiagonalStateSpaceTakesAPlan) {
  for (const bool bank : {false, true}) {
    Shape s;
    s.bank = bank;
    DiagonalStateSpaceProblem problem(s, 17);
    for (const ssm::Isa isa : RunnableIsas()) {
      const Outputs without = ComputeWith(problem, isa);
      std::unique_ptr<ssm::DiagonalPlan> plan;
      EXPECT_OK(ssm::MakeDiagonalPlan(problem.params, isa, &plan));
      problem.params.plan = plan.get();
      const Outputs with = ComputeWith(problem, isa);
      problem.params.plan = nullptr;
      EXPECT(SameBits(without.y, with.y) && SameBits(without.state, with.state), "%s: a plan changes bits", IsaName(isa));
    }
  }
}

TEST(DiagonalStateSpaceRefusesWhatFitsNeitherForm) {
  const auto message = [](const Shape& s, void (*change)(DiagonalStateSpaceProblem::Params&)) {
    DiagonalStateSpaceProblem problem(s, 18);
    std::vector<float> y(problem.YSize());
    problem.params.y = y.data();
    change(problem.params);
    const ssm::Status status = ssm::DiagonalStateSpace(problem.params, ssm::SerialParallel());
    return status.code() == ssm::StatusCode::kInvalidArgument ? std::string(status.message()) : std::string("accepted");
  };
  const auto expect = [&](const std::string& got, const char* part) { EXPECT(got.find(part) != std::string::npos, "got: %s; expected: %s", got.c_str(), part); };
  Shape bank, shared;
  bank.bank = true;
  expect(message(bank, [](auto& p) { p.groups = 1; }), "groups in A is 1, expected as many as x has channels, for input B is absent, 17");
  expect(message(bank, [](auto& p) { p.outputs = 3; }), "first size of C is 3");
  expect(message(shared, [](auto& p) { p.groups = 2; }), "groups in A is 2, expected one state for all channels");
  expect(message(shared, [](auto& p) { p.outputs = 3; }), "for input D is given");
  expect(message(shared, [](auto& p) { p.c_parts = 3; }), "input C has 3 parts");
  expect(message(shared, [](auto& p) { p.discretization = ssm::Discretization::kNone; }), "input dt is given");
  expect(message(shared, [](auto& p) { p.A = nullptr; }), "A");
  expect(message(shared, [](auto& p) { p.state = 0; }), "state");
}

}  // namespace
}  // namespace ssm_test
