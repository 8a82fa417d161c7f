#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "ops/wkv/wkv.h"
#include "tests/random.h"

namespace ssm_test {

// Inputs of one Wkv6 or Wkv7 call, as properties.h asks of every operator. Keys that are removed have the length 1, as in the model.
template <ssm::WkvVersion kVersion>
struct WkvProblem {
  using Params = ssm::WkvParams;
  static constexpr const char* kName = kVersion == ssm::WkvVersion::kRwkv6 ? "Wkv6" : "Wkv7";

  struct Shape {
    std::int64_t batch = 2, length = 65, heads = 3, channels = 17;
    bool initial = true, reverse = false;
    float least_w = 0.4f;      // w is in [least_w, 1]
    std::int64_t padding = 0;  // unused elements after every row
  };

  WkvProblem(const Shape& s, std::uint64_t seed) : shape(s) {
    Random random(seed);
    const std::int64_t row = s.heads * s.channels + s.padding, rows = s.batch * s.length;
    r = random.Tensor(rows * row, -1, 1);
    w = random.Tensor(rows * row, s.least_w, 1);
    k = random.Tensor(rows * row, -1, 1);
    v = random.Tensor(rows * row, -1, 1);
    u = random.Tensor(s.heads * s.channels, -1, 1);
    kappa = random.Tensor(rows * row, -1, 1);
    a = random.Tensor(rows * row, 0, 1);
    s0 = random.Tensor(StateSize(), -1, 1);
    for (std::int64_t i = 0; i < rows * s.heads; ++i) Normalise(kappa.data() + i / s.heads * row + i % s.heads * s.channels);

    params.version = kVersion;
    params.batch = s.batch;
    params.length = s.length;
    params.heads = s.heads;
    params.channels = s.channels;
    params.reverse = s.reverse;
    params.r_stride = params.w_stride = params.k_stride = params.v_stride = params.kappa_stride = params.a_stride = params.y_stride = {s.length * row, row};
    params.r = r.data();
    params.w = w.data();
    params.k = k.data();
    params.v = v.data();
    if (kVersion == ssm::WkvVersion::kRwkv6) {
      params.u = u.data();
    } else {
      params.kappa = kappa.data();
      params.a = a.data();
    }
    if (s.initial) params.s0 = s0.data();
  }
  WkvProblem(const WkvProblem&) = delete;

  std::int64_t YSize() const { return shape.batch * shape.length * (shape.heads * shape.channels + shape.padding); }
  std::int64_t StateSize() const { return shape.batch * shape.heads * shape.channels * shape.channels; }
  std::string Describe() const {
    const Shape& s = shape;
    return "B=" + std::to_string(s.batch) + " L=" + std::to_string(s.length) + " H=" + std::to_string(s.heads) + " N=" + std::to_string(s.channels) +
           (s.initial ? " s0" : "") + (s.reverse ? " reverse" : "");
  }

  static void SetY(Params& p, float* y) { p.y = y; }
  static const float* StateIn(const Params& p) { return p.s0; }
  static void SetState(Params& p, const float* from, float* to) {
    p.s0 = from;
    p.s = to;
  }
  // The rows [begin, end) of the same tensors.
  static Params Slice(Params p, std::int64_t begin, std::int64_t end) {
    p.r += begin * p.r_stride.row;
    p.w += begin * p.w_stride.row;
    p.k += begin * p.k_stride.row;
    p.v += begin * p.v_stride.row;
    if (p.kappa) p.kappa += begin * p.kappa_stride.row;
    if (p.a) p.a += begin * p.a_stride.row;
    p.y += begin * p.y_stride.row;
    p.length = end - begin;
    return p;
  }
  static ssm::Status Run(const Params& p, const ssm::Parallel& parallel, ssm::Isa isa) { return ssm::Wkv(p, parallel, isa); }
  static ssm::Status Reference(const Params& p) { return ssm::WkvReference(p); }
  static ssm::Status Naive(const Params& p) { return ssm::WkvNaive(p); }

  Shape shape;
  std::vector<float> r, w, k, v, u, kappa, a, s0;
  Params params;

 private:
  void Normalise(float* key) const {
    float squares = 0;
    for (std::int64_t n = 0; n < shape.channels; ++n) squares += key[n] * key[n];
    for (std::int64_t n = 0; n < shape.channels; ++n) key[n] /= std::sqrt(squares);
  }
};

}  // namespace ssm_test
