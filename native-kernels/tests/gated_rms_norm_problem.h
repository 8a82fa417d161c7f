#pragma once

#include <string>
#include <vector>

#include "ops/gated_rms_norm/gated_rms_norm.h"
#include "tests/random.h"

namespace ssm_test {

// Inputs of one GatedRmsNorm call, as properties.h asks of every operator; it has no state.
struct GatedRmsNormProblem {
  using Params = ssm::GatedRmsNormParams;
  static constexpr const char* kName = "GatedRmsNorm";

  struct Shape {
    std::int64_t batch = 2, length = 65, channels = 36, groups = 1;
    bool gate = true, norm_before_gate = false;
    float epsilon = 1e-5f;
    std::int64_t padding = 0;  // unused elements after every row
  };

  GatedRmsNormProblem(const Shape& s, std::uint64_t seed) : shape(s) {
    Random random(seed);
    const std::int64_t row = s.channels + s.padding;
    x = random.Tensor(s.batch * s.length * row, -2, 2);
    z = random.Tensor(s.batch * s.length * row, -3, 3);
    weight = random.Tensor(s.channels, -1, 1);

    params.batch = s.batch;
    params.length = s.length;
    params.channels = s.channels;
    params.groups = s.groups;
    params.epsilon = s.epsilon;
    params.norm_before_gate = s.norm_before_gate;
    params.x_stride = params.z_stride = params.y_stride = {s.length * row, row};
    params.x = x.data();
    params.weight = weight.data();
    if (s.gate) params.z = z.data();
  }
  GatedRmsNormProblem(const GatedRmsNormProblem&) = delete;

  std::int64_t YSize() const { return shape.batch * shape.length * (shape.channels + shape.padding); }
  std::int64_t StateSize() const { return 0; }
  std::string Describe() const {
    const Shape& s = shape;
    return "B=" + std::to_string(s.batch) + " L=" + std::to_string(s.length) + " D=" + std::to_string(s.channels) + " G=" + std::to_string(s.groups) +
           (s.gate ? s.norm_before_gate ? " norm, gate" : " gate, norm" : " norm");
  }

  static void SetY(Params& p, float* y) { p.y = y; }
  static const float* StateIn(const Params&) { return nullptr; }
  static void SetState(Params&, const float*, float*) {}
  static ssm::Status Run(const Params& p, const ssm::Parallel& parallel, ssm::Isa isa) { return ssm::GatedRmsNorm(p, parallel, isa); }
  static ssm::Status Reference(const Params& p) { return ssm::GatedRmsNormReference(p); }
  static ssm::Status Naive(const Params& p) { return ssm::GatedRmsNormNaive(p); }

  Shape shape;
  std::vector<float> x, z, weight;
  Params params;
};

}  // namespace ssm_test
