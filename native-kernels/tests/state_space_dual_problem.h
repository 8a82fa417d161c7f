#pragma once

#include <string>
#include <vector>

#include "ops/state_space_dual/state_space_dual.h"
#include "tests/random.h"

namespace ssm_test {

// Inputs of one StateSpaceDual call, as properties.h asks of every operator.
struct StateSpaceDualProblem {
  using Params = ssm::StateSpaceDualParams;
  static constexpr const char* kName = "StateSpaceDual";

  struct Shape {
    std::int64_t batch = 2, length = 65, heads = 4, channels = 17, state = 16, groups = 2;
    bool softplus = true, skip = true, gate = true, bias = true, initial = true, reverse = false;
    float most_A = 8.0f;     // A is in [-most_A, 0]
    float most_dt = 1.0f;
    std::int64_t padding = 0;  // unused elements after every row
  };

  StateSpaceDualProblem(const Shape& s, std::uint64_t seed) : shape(s) {
    Random random(seed);
    const std::int64_t row = s.heads * s.channels + s.padding, heads_row = s.heads + s.padding;
    const std::int64_t groups_row = s.groups * s.state + s.padding, rows = s.batch * s.length;
    x = random.Tensor(rows * row, -1, 1);
    dt = random.Tensor(rows * heads_row, s.softplus ? -4.0f : 0.0f, s.most_dt);
    B = random.Tensor(rows * groups_row, -1, 1);
    C = random.Tensor(rows * groups_row, -1, 1);
    z = random.Tensor(rows * row, -3, 3);
    A = random.Tensor(s.heads, -s.most_A, 0);
    D = random.Tensor(s.heads, -1, 1);
    dt_bias = random.Tensor(s.heads, 0, 0.5f);
    h0 = random.Tensor(StateSize(), -1, 1);

    params.batch = s.batch;
    params.length = s.length;
    params.heads = s.heads;
    params.channels = s.channels;
    params.state = s.state;
    params.groups = s.groups;
    params.dt_softplus = s.softplus;
    params.reverse = s.reverse;
    params.x_stride = params.z_stride = params.y_stride = {s.length * row, row};
    params.dt_stride = {s.length * heads_row, heads_row};
    params.B_stride = params.C_stride = {s.length * groups_row, groups_row};
    params.x = x.data();
    params.dt = dt.data();
    params.A = A.data();
    params.B = B.data();
    params.C = C.data();
    if (s.skip) params.D = D.data();
    if (s.gate) params.z = z.data();
    if (s.bias) params.dt_bias = dt_bias.data();
    if (s.initial) params.h0 = h0.data();
  }
  StateSpaceDualProblem(const StateSpaceDualProblem&) = delete;

  std::int64_t YSize() const { return shape.batch * shape.length * (shape.heads * shape.channels + shape.padding); }
  std::int64_t StateSize() const { return shape.batch * shape.heads * shape.channels * shape.state; }
  std::string Describe() const {
    const Shape& s = shape;
    return "B=" + std::to_string(s.batch) + " L=" + std::to_string(s.length) + " H=" + std::to_string(s.heads) +
           " P=" + std::to_string(s.channels) + " N=" + std::to_string(s.state) + " G=" + std::to_string(s.groups) +
           (s.softplus ? " softplus" : "") + (s.skip ? " skip" : "") + (s.gate ? " gate" : "") + (s.bias ? " bias" : "") +
           (s.initial ? " h0" : "") + (s.reverse ? " reverse" : "");
  }

  static void SetY(Params& p, float* y) { p.y = y; }
  static const float* StateIn(const Params& p) { return p.h0; }
  static void SetState(Params& p, const float* from, float* to) {
    p.h0 = from;
    p.h = to;
  }
  // The rows [begin, end) of the same tensors.
  static Params Slice(Params p, std::int64_t begin, std::int64_t end) {
    p.x += begin * p.x_stride.row;
    p.dt += begin * p.dt_stride.row;
    p.B += begin * p.B_stride.row;
    p.C += begin * p.C_stride.row;
    if (p.z) p.z += begin * p.z_stride.row;
    p.y += begin * p.y_stride.row;
    p.length = end - begin;
    return p;
  }
  static ssm::Status Run(const Params& p, const ssm::Parallel& parallel, ssm::Isa isa) { return ssm::StateSpaceDual(p, parallel, isa); }
  static ssm::Status Reference(const Params& p) { return ssm::StateSpaceDualReference(p); }
  static ssm::Status Naive(const Params& p) { return ssm::StateSpaceDualNaive(p); }

  Shape shape;
  std::vector<float> x, dt, A, B, C, D, z, dt_bias, h0;
  Params params;
};

}  // namespace ssm_test
