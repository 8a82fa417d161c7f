#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "ops/diagonal_state_space/diagonal_state_space.h"
#include "tests/random.h"

namespace ssm_test {

// Inputs of one DiagonalStateSpace call, as properties.h asks of every operator.
struct DiagonalStateSpaceProblem {
  using Params = ssm::DiagonalStateSpaceParams;
  static constexpr const char* kName = "DiagonalStateSpace";

  struct Shape {
    std::int64_t batch = 2, length = 65, inputs = 17, outputs = 17, state = 16;
    bool bank = false, complex_b = true, complex_c = true, step = true, skip = true, initial = true, reverse = false;
    ssm::Discretization discretization = ssm::Discretization::kZoh;
    float least_rate = 0.01f, most_rate = 1.0f;  // -Re A
    std::int64_t padding = 0;                    // unused elements after every row
    ssm::DiagonalForm form = ssm::DiagonalForm::kAuto;
  };

  DiagonalStateSpaceProblem(const Shape& s, std::uint64_t seed) : shape(s) {
    if (s.bank) shape.outputs = s.inputs;
    if (shape.outputs != s.inputs) shape.skip = false;
    const bool discrete = s.discretization == ssm::Discretization::kNone;
    if (discrete) shape.step = false;
    Random random(seed);
    const std::int64_t rows = s.batch * s.length, groups = Groups();
    x = random.Tensor(rows * (s.inputs + s.padding), -1, 1);
    for (std::int64_t i = 0; i < groups * s.state; ++i) {
      const float rate = random.Uniform(s.least_rate, s.most_rate), turn = random.Uniform(-3, 3), size = std::exp(-rate);
      A.push_back(discrete ? size * std::cos(turn) : -rate);
      A.push_back(discrete ? size * std::sin(turn) : turn);
    }
    B = random.Tensor(s.state * s.inputs * 2, -1, 1);
    C = random.Tensor(shape.outputs * s.state * 2, -1, 1);
    dt = random.Tensor(s.bank ? s.inputs : s.state, 0.1f, 1);
    D = random.Tensor(shape.outputs, -1, 1);
    h0 = random.Tensor(StateSize(), -1, 1);

    params.batch = s.batch;
    params.length = s.length;
    params.inputs = s.inputs;
    params.outputs = shape.outputs;
    params.groups = groups;
    params.state = s.state;
    params.b_parts = s.complex_b && !s.bank ? 2 : 1;
    params.c_parts = s.complex_c ? 2 : 1;
    params.discretization = s.discretization;
    params.reverse = s.reverse;
    params.form = s.form;
    params.x_stride = {s.length * (s.inputs + s.padding), s.inputs + s.padding};
    params.y_stride = {s.length * (shape.outputs + s.padding), shape.outputs + s.padding};
    params.x = x.data();
    params.A = A.data();
    params.C = C.data();
    if (!s.bank) params.B = B.data();
    if (shape.step) params.dt = dt.data();
    if (shape.skip) params.D = D.data();
    if (s.initial) params.h0 = h0.data();
  }
  DiagonalStateSpaceProblem(const DiagonalStateSpaceProblem&) = delete;

  std::int64_t Groups() const { return shape.bank ? shape.inputs : 1; }
  std::int64_t YSize() const { return shape.batch * shape.length * (shape.outputs + shape.padding); }
  std::int64_t StateSize() const { return shape.batch * Groups() * shape.state * 2; }
  std::string Describe() const {
    const Shape& s = shape;
    return "B=" + std::to_string(s.batch) + " L=" + std::to_string(s.length) + " D=" + std::to_string(s.inputs) + " E=" + std::to_string(s.outputs) +
           " N=" + std::to_string(s.state) + " discretization " + std::to_string(static_cast<int>(s.discretization)) + (s.bank ? " bank" : "") +
           (params.b_parts == 2 ? " complex B" : "") + (s.complex_c ? " complex C" : "") + (s.step ? " dt" : "") + (s.skip ? " skip" : "") +
           (s.initial ? " h0" : "") + (s.reverse ? " reverse" : "") + (s.form == ssm::DiagonalForm::kFft ? " FFT" : "");
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
    p.y += begin * p.y_stride.row;
    p.length = end - begin;
    return p;
  }
  static ssm::Status Run(const Params& p, const ssm::Parallel& parallel, ssm::Isa isa) { return ssm::DiagonalStateSpace(p, parallel, isa); }
  static ssm::Status Reference(const Params& p) { return ssm::DiagonalStateSpaceReference(p); }
  static ssm::Status Naive(const Params& p) { return ssm::DiagonalStateSpaceNaive(p); }

  Shape shape;
  std::vector<float> x, A, B, C, dt, D, h0;
  Params params;
};

}  // namespace ssm_test
