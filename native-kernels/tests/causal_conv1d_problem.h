#pragma once

#include <string>
#include <vector>

#include "ops/causal_conv1d/causal_conv1d.h"
#include "tests/random.h"

namespace ssm_test {

// Inputs of one CausalConv1d call, as properties.h asks of every operator.
struct CausalConv1dProblem {
  using Params = ssm::CausalConv1dParams;
  static constexpr const char* kName = "CausalConv1d";

  struct Shape {
    std::int64_t batch = 2, length = 65, channels = 33, width = 4;
    bool bias = true, silu = true, initial = true, reverse = false;
    std::int64_t padding = 0;  // unused elements after every row
  };

  CausalConv1dProblem(const Shape& s, std::uint64_t seed) : shape(s) {
    Random random(seed);
    const std::int64_t row = s.channels + s.padding;
    x = random.Tensor(s.batch * s.length * row, -2, 2);
    w = random.Tensor(s.channels * s.width, -1, 1);
    bias = random.Tensor(s.channels, -1, 1);
    s0 = random.Tensor(StateSize(), -2, 2);

    params.batch = s.batch;
    params.length = s.length;
    params.channels = s.channels;
    params.width = s.width;
    params.activation = s.silu ? ssm::ConvActivation::kSilu : ssm::ConvActivation::kNone;
    params.reverse = s.reverse;
    params.x_stride = params.y_stride = {s.length * row, row};
    params.x = x.data();
    params.w = w.data();
    if (s.bias) params.bias = bias.data();
    if (s.initial) params.s0 = s0.data();
  }
  CausalConv1dProblem(const CausalConv1dProblem&) = delete;

  std::int64_t YSize() const { return shape.batch * shape.length * (shape.channels + shape.padding); }
  std::int64_t StateSize() const { return shape.batch * (shape.width - 1) * shape.channels; }
  std::string Describe() const {
    const Shape& s = shape;
    return "B=" + std::to_string(s.batch) + " L=" + std::to_string(s.length) + " D=" + std::to_string(s.channels) +
           " K=" + std::to_string(s.width) + (s.bias ? " bias" : "") + (s.silu ? " silu" : "") + (s.initial ? " s0" : "") +
           (s.reverse ? " reverse" : "");
  }

  static void SetY(Params& p, float* y) { p.y = y; }
  static const float* StateIn(const Params& p) { return p.s0; }
  static void SetState(Params& p, const float* from, float* to) {
    p.s0 = from;
    p.s = to;
  }
  // The rows [begin, end) of the same tensors.
  static Params Slice(Params p, std::int64_t begin, std::int64_t end) {
    p.x += begin * p.x_stride.row;
    p.y += begin * p.y_stride.row;
    p.length = end - begin;
    return p;
  }
  static ssm::Status Run(const Params& p, const ssm::Parallel& parallel, ssm::Isa isa) { return ssm::CausalConv1d(p, parallel, isa); }
  static ssm::Status Reference(const Params& p) { return ssm::CausalConv1dReference(p); }
  static ssm::Status Naive(const Params& p) { return ssm::CausalConv1dNaive(p); }

  Shape shape;
  std::vector<float> x, w, bias, s0;
  Params params;
};

}  // namespace ssm_test
