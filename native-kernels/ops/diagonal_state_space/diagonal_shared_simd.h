// A shared state: a product of matrices into the states, their recurrence with lanes along the state, a product out of them. See README.md. For inclusion by
// diagonal_state_space_simd.cc.
#pragma once

#include "ops/diagonal_state_space/diagonal_plan.h"
#include "runtime/simd/walk.h"

namespace ssm {
namespace SSM_ISA {

// Rows of a left-hand side or of a product.
template <typename Float>
struct Rows {
  Float* first;
  std::int64_t step;
};

class SharedState {
 public:
  static constexpr int kPanelLanes = kDiagonalPanel * kWidth;

  SharedState(const DiagonalStateSpaceParams& p, const DiagonalPlan& plan)
      : p_(p), plan_(plan), NW_(plan.padded_state()), parts_(plan.drive_parts() > p.c_parts ? plan.drive_parts() : p.c_parts) {}

  std::int64_t panels() const { return NW_ / kPanelLanes; }
  // Floats of a step's row of states, [parts, NW], and of a carried state, [2, NW].
  std::int64_t row() const { return parts_ * NW_; }
  std::int64_t carried() const { return 2 * NW_; }

  void ReadState(std::int64_t b, float* state) const {
    for (std::int64_t i = 0; i < carried(); i += kWidth) Store(state + i, Set(0.0f));
    for (std::int64_t i = 0; p_.h0 && i < 2 * p_.state; ++i) state[i % 2 * NW_ + i / 2] = p_.h0[b * 2 * p_.state + i];
  }

  void WriteState(std::int64_t b, const float* state) const {
    for (std::int64_t i = 0; p_.h && i < 2 * p_.state; ++i) p_.h[b * 2 * p_.state + i] = state[i % 2 * NW_ + i / 2];
  }

  // The states of the steps [t, t + rows) in the panels [begin, end), into `states`, [rows, row()].
  void Advance(std::int64_t b, std::int64_t t, int rows, std::int64_t begin, std::int64_t end, float* states, float* state) const {
    const Walk<const float> x = WalkOf(p_.x, p_.x_stride, b, p_.length, p_.reverse);
    for (std::int64_t panel = begin; panel < end; ++panel) {
      float* const to = states + panel * kPanelLanes;
      for (std::int64_t part = 0; part < plan_.drive_parts(); ++part) {
        const float* const weights = plan_.drive() + (part * panels() + panel) * p_.inputs * kPanelLanes;
        Multiply({x.Row(t), x.step}, rows, p_.inputs, weights, {to + part * NW_, row()}, kPanelLanes);
      }
      if (plan_.exact()) {
        Recur<true>(panel * kPanelLanes, rows, to, state);
      } else {
        Recur<false>(panel * kPanelLanes, rows, to, state);
      }
    }
  }

  // y of the steps [t, t + rows) from their states.
  void Read(std::int64_t b, std::int64_t t, int rows, const float* states) const {
    const Walk<const float> x = WalkOf(p_.x, p_.x_stride, b, p_.length, p_.reverse);
    const Walk<float> y = WalkOf(p_.y, p_.y_stride, b, p_.length, p_.reverse);
    const std::int64_t K = p_.c_parts * NW_;
    if (p_.outputs <= kDiagonalFewOutputs) {
      for (int r = 0; r < rows; ++r) {
        for (std::int64_t e = 0; e < p_.outputs; ++e) y.Row(t + r)[e] = Dot(states + r * row(), plan_.read() + e * K, K);
      }
    } else {
      for (std::int64_t e = 0; e < p_.outputs; e += kPanelLanes) {
        Multiply({states, row()}, rows, K, plan_.read() + e * K, {y.Row(t) + e, y.step}, p_.outputs - e);
      }
    }
    if (!p_.D) return;
    for (int r = 0; r < rows; ++r) {
      for (std::int64_t e = 0; e < p_.outputs; e += kWidth) {
        const std::int64_t left = p_.outputs - e;
        const Vec skip = LoadUpTo(p_.D + e, left) * LoadUpTo(x.Row(t + r) + e, left);
        StoreUpTo(y.Row(t + r) + e, LoadUpTo(y.Row(t + r) + e, left) + skip, left);
      }
    }
  }

 private:
  static constexpr int kRows = kRegisters >= 32 ? 8 : 4;  // of a product at once

  static float Dot(const float* a, const float* b, std::int64_t count) {
    Vec sum[2] = {Set(0.0f), Set(0.0f)};
    for (std::int64_t i = 0; i < count; i += 2 * kWidth) {  // whole panels
      sum[0] = Fma(Load(a + i), Load(b + i), sum[0]);
      sum[1] = Fma(Load(a + i + kWidth), Load(b + i + kWidth), sum[1]);
    }
    return Sum(sum[0] + sum[1]);
  }

  // out[r, 0 .. kPanelLanes) = sum_k left[r, k] weights[k, ..], of which `columns` are stored. An element's sum does not depend on `rows`.
  static void Multiply(Rows<const float> left, int rows, std::int64_t K, const float* weights, Rows<float> out, std::int64_t columns) {
    int r = 0;
    for (; r + kRows <= rows; r += kRows) MultiplyRows<kRows>({left.first + r * left.step, left.step}, K, weights, {out.first + r * out.step, out.step}, columns);
    for (; r + 2 <= rows; r += 2) MultiplyRows<2>({left.first + r * left.step, left.step}, K, weights, {out.first + r * out.step, out.step}, columns);
    for (; r < rows; ++r) MultiplyRows<1>({left.first + r * left.step, left.step}, K, weights, {out.first + r * out.step, out.step}, columns);
  }

  template <int kCount>
  static void MultiplyRows(Rows<const float> left, std::int64_t K, const float* weights, Rows<float> out, std::int64_t columns) {
    Vec sum[kCount][kDiagonalPanel];
    for (int r = 0; r < kCount; ++r) {
      for (int i = 0; i < kDiagonalPanel; ++i) sum[r][i] = Set(0.0f);
    }
    for (std::int64_t k = 0; k < K; ++k, weights += kPanelLanes) {
      Vec w[kDiagonalPanel];
      for (int i = 0; i < kDiagonalPanel; ++i) w[i] = Load(weights + i * kWidth);
      for (int r = 0; r < kCount; ++r) {
        const Vec factor = Set(left.first[r * left.step + k]);
        for (int i = 0; i < kDiagonalPanel; ++i) sum[r][i] = Fma(factor, w[i], sum[r][i]);
      }
    }
    for (int r = 0; r < kCount; ++r) {
      for (int i = 0; i < kDiagonalPanel; ++i) {
        if (columns > i * kWidth) StoreUpTo(out.first + r * out.step + i * kWidth, sum[r][i], columns - i * kWidth);
      }
    }
  }

  // In place, one panel from lane `at` on: drives become states. The poles' low parts keep slow states in tune over thousands of steps.
  template <bool kExact>
  void Recur(std::int64_t at, int rows, float* states, float* state) const {
    const float* const poles = plan_.poles() + at;
    Vec high_re[kDiagonalPanel], high_im[kDiagonalPanel], low_re[kDiagonalPanel], low_im[kDiagonalPanel], h_re[kDiagonalPanel], h_im[kDiagonalPanel];
    for (int i = 0; i < kDiagonalPanel; ++i) {
      high_re[i] = Load(poles + i * kWidth);
      high_im[i] = Load(poles + NW_ + i * kWidth);
      low_re[i] = Load(poles + 2 * NW_ + i * kWidth);
      low_im[i] = Load(poles + 3 * NW_ + i * kWidth);
      h_re[i] = Load(state + at + i * kWidth);
      h_im[i] = Load(state + NW_ + at + i * kWidth);
    }
    const bool complex_drive = plan_.drive_parts() == 2, complex_read = p_.c_parts == 2;
    for (int r = 0; r < rows; ++r, states += row()) {
      for (int i = 0; i < kDiagonalPanel; ++i) {
        Vec re = Load(states + i * kWidth);
        Vec im = complex_drive ? Load(states + NW_ + i * kWidth) : Set(0.0f);
        if (!kExact) {
          re = re + NegFma(low_im[i], h_im[i], low_re[i] * h_re[i]);
          im = im + Fma(low_re[i], h_im[i], low_im[i] * h_re[i]);
        }
        re = NegFma(high_im[i], h_im[i], Fma(high_re[i], h_re[i], re));
        im = Fma(high_re[i], h_im[i], Fma(high_im[i], h_re[i], im));
        h_re[i] = re;
        h_im[i] = im;
        Store(states + i * kWidth, re);
        if (complex_read) Store(states + NW_ + i * kWidth, im);
      }
    }
    for (int i = 0; i < kDiagonalPanel; ++i) {
      Store(state + at + i * kWidth, h_re[i]);
      Store(state + NW_ + at + i * kWidth, h_im[i]);
    }
  }

  const DiagonalStateSpaceParams& p_;
  const DiagonalPlan& plan_;
  const std::int64_t NW_, parts_;
};

}  // namespace SSM_ISA
}  // namespace ssm
