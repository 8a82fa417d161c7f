#pragma once

#include <string>
#include <vector>

#include "ops/selective_scan_2d/selective_scan_2d.h"
#include "tests/random.h"

namespace ssm_test {

// Inputs of one SelectiveScan2d call, as properties.h asks of every operator; it has no state.
struct SelectiveScan2dProblem {
  using Params = ssm::SelectiveScan2dParams;
  static constexpr const char* kName = "SelectiveScan2d";

  struct Shape {
    std::int64_t batch = 2, height = 7, width = 9, channels = 33, state = 16, groups = 1;
    bool softplus = true, skip = true, bias = true;
    float most_A = 8.0f;  // A is in [-most_A, 0]
    float most_delta = 1.0f;
  };

  SelectiveScan2dProblem(const Shape& s, std::uint64_t seed) : shape(s) {
    Random random(seed);
    const std::int64_t K = ssm::kDirections, positions = s.batch * s.height * s.width;
    u = random.Tensor(positions * s.channels, -1, 1);
    delta = random.Tensor(K * positions * s.channels, s.softplus ? -4.0f : 0.0f, s.most_delta);
    B = random.Tensor(K * positions * s.groups * s.state, -1, 1);
    C = random.Tensor(K * positions * s.groups * s.state, -1, 1);
    A = random.Tensor(K * s.channels * s.state, -s.most_A, 0);
    D = random.Tensor(K * s.channels, -1, 1);
    delta_bias = random.Tensor(K * s.channels, 0, 0.5f);

    params.batch = s.batch;
    params.height = s.height;
    params.width = s.width;
    params.channels = s.channels;
    params.state = s.state;
    params.groups = s.groups;
    params.delta_softplus = s.softplus;
    params.u = u.data();
    params.delta = delta.data();
    params.A = A.data();
    params.B = B.data();
    params.C = C.data();
    if (s.skip) params.D = D.data();
    if (s.bias) params.delta_bias = delta_bias.data();
  }
  SelectiveScan2dProblem(const SelectiveScan2dProblem&) = delete;

  std::int64_t YSize() const { return shape.batch * shape.height * shape.width * shape.channels; }
  std::int64_t StateSize() const { return 0; }
  std::string Describe() const {
    const Shape& s = shape;
    return "B=" + std::to_string(s.batch) + " H=" + std::to_string(s.height) + " W=" + std::to_string(s.width) + " D=" + std::to_string(s.channels) +
           " N=" + std::to_string(s.state) + " G=" + std::to_string(s.groups) + (s.softplus ? " softplus" : "") + (s.skip ? " skip" : "") +
           (s.bias ? " bias" : "");
  }

  static void SetY(Params& p, float* y) { p.y = y; }
  static const float* StateIn(const Params&) { return nullptr; }
  static void SetState(Params&, const float*, float*) {}
  static ssm::Status Run(const Params& p, const ssm::Parallel& parallel, ssm::Isa isa) { return ssm::SelectiveScan2d(p, parallel, isa); }
  static ssm::Status Reference(const Params& p) { return ssm::SelectiveScan2dReference(p); }
  static ssm::Status Naive(const Params& p) { return ssm::SelectiveScan2dNaive(p); }

  Shape shape;
  std::vector<float> u, delta, A, B, C, D, delta_bias;
  Params params;
};

}  // namespace ssm_test
