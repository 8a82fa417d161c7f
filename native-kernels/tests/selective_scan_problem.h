#pragma once

#include <string>
#include <vector>

#include "ops/selective_scan/selective_scan.h"
#include "tests/random.h"

namespace ssm_test {

// Inputs of one SelectiveScan call, as properties.h asks of every operator.
struct SelectiveScanProblem {
  using Params = ssm::SelectiveScanParams;
  static constexpr const char* kName = "SelectiveScan";

  struct Shape {
    std::int64_t batch = 2, length = 65, channels = 33, state = 16, groups = 1;
    bool softplus = true, skip = true, gate = true, bias = true, initial = true, reverse = false;
    float most_A = 8.0f;     // A is in [-most_A, 0]
    float most_delta = 1.0f;
    std::int64_t padding = 0;  // unused elements after every row
  };

  SelectiveScanProblem(const Shape& s, std::uint64_t seed) : shape(s) {
    Random random(seed);
    const std::int64_t row = s.channels + s.padding, groups_row = s.groups * s.state + s.padding, rows = s.batch * s.length;
    u = random.Tensor(rows * row, -1, 1);
    delta = random.Tensor(rows * row, s.softplus ? -4.0f : 0.0f, s.most_delta);
    B = random.Tensor(rows * groups_row, -1, 1);
    C = random.Tensor(rows * groups_row, -1, 1);
    z = random.Tensor(rows * row, -3, 3);
    A = random.Tensor(s.channels * s.state, -s.most_A, 0);
    D = random.Tensor(s.channels, -1, 1);
    delta_bias = random.Tensor(s.channels, 0, 0.5f);
    h0 = random.Tensor(StateSize(), -1, 1);

    params.batch = s.batch;
    params.length = s.length;
    params.channels = s.channels;
    params.state = s.state;
    params.groups = s.groups;
    params.delta_softplus = s.softplus;
    params.reverse = s.reverse;
    params.u_stride = params.delta_stride = params.z_stride = params.y_stride = {s.length * row, row};
    params.B_stride = params.C_stride = {s.length * groups_row, groups_row};
    params.u = u.data();
    params.delta = delta.data();
    params.A = A.data();
    params.B = B.data();
    params.C = C.data();
    if (s.skip) params.D = D.data();
    if (s.gate) params.z = z.data();
    if (s.bias) params.delta_bias = delta_bias.data();
    if (s.initial) params.h0 = h0.data();
  }
  SelectiveScanProblem(const SelectiveScanProblem&) = delete;

  std::int64_t YSize() const { return shape.batch * shape.length * (shape.channels + shape.padding); }
  std::int64_t StateSize() const { return shape.batch * shape.channels * shape.state; }
  std::string Describe() const {
    const Shape& s = shape;
    return "B=" + std::to_string(s.batch) + " L=" + std::to_string(s.length) + " D=" + std::to_string(s.channels) +
           " N=" + std::to_string(s.state) + " G=" + std::to_string(s.groups) + (s.softplus ? " softplus" : "") + (s.skip ? " skip" : "") +
           (s.gate ? " gate" : "") + (s.bias ? " bias" : "") + (s.initial ? " h0" : "") + (s.reverse ? " reverse" : "");
  }

  static void SetY(Params& p, float* y) { p.y = y; }
  static const float* StateIn(const Params& p) { return p.h0; }
  static void SetState(Params& p, const float* from, float* to) {
    p.h0 = from;
    p.h = to;
  }
  // The rows [begin, end) of the same tensors.
  static Params Slice(Params p, std::int64_t begin, std::int64_t end) {
    p.u += begin * p.u_stride.row;
    p.delta += begin * p.delta_stride.row;
    p.B += begin * p.B_stride.row;
    p.C += begin * p.C_stride.row;
    if (p.z) p.z += begin * p.z_stride.row;
    p.y += begin * p.y_stride.row;
    p.length = end - begin;
    return p;
  }
  static ssm::Status Run(const Params& p, const ssm::Parallel& parallel, ssm::Isa isa) { return ssm::SelectiveScan(p, parallel, isa); }
  static ssm::Status Reference(const Params& p) { return ssm::SelectiveScanReference(p); }
  static ssm::Status Naive(const Params& p) { return ssm::SelectiveScanNaive(p); }

  Shape shape;
  std::vector<float> u, delta, A, B, C, D, z, delta_bias, h0;
  Params params;
};

}  // namespace ssm_test
