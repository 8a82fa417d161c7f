// One channel: lanes along its states, kDiagonalAhead steps at each visit to them. For inclusion by diagonal_state_space_simd.cc.
#pragma once

#include "ops/diagonal_state_space/diagonal_plan.h"
#include "runtime/simd/walk.h"

namespace ssm {
namespace SSM_ISA {

class OneChannel {
 public:
  OneChannel(const DiagonalStateSpaceParams& p, const DiagonalPlan& plan) : p_(p), plan_(plan), vectors_(plan.padded_state() / kWidth) {}

  // Floats of work space of one batch item: the state, [vectors, 2, kWidth].
  std::int64_t work() const { return vectors_ * 2 * kWidth; }

  void Run(std::int64_t b, float* state) const {
    const std::int64_t N = p_.state;
    const auto place = [&](std::int64_t n) { return n / kWidth * 2 * kWidth + n % kWidth; };
    for (std::int64_t i = 0; i < work(); i += kWidth) Store(state + i, Set(0.0f));
    for (std::int64_t n = 0; p_.h0 && n < N; ++n) {
      state[place(n)] = p_.h0[(b * N + n) * 2];
      state[place(n) + kWidth] = p_.h0[(b * N + n) * 2 + 1];
    }
    const Walk<const float> x = WalkOf(p_.x, p_.x_stride, b, p_.length, p_.reverse);
    const Walk<float> y = WalkOf(p_.y, p_.y_stride, b, p_.length, p_.reverse);
    std::int64_t t = 0;
    for (; t + kDiagonalAhead <= p_.length; t += kDiagonalAhead) Steps<kDiagonalAhead>(x, y, t, state);
    for (; t < p_.length; ++t) Steps<1>(x, y, t, state);
    for (std::int64_t n = 0; p_.h && n < N; ++n) {
      p_.h[(b * N + n) * 2] = state[place(n)];
      p_.h[(b * N + n) * 2 + 1] = state[place(n) + kWidth];
    }
  }

 private:
  template <int kCount>
  void Steps(const Walk<const float>& x, const Walk<float>& y, std::int64_t t, float* state) const {
    using C = ChannelCoefficients;
    Vec x_j[kCount], sum[kCount];
    for (int j = 0; j < kCount; ++j) {
      x_j[j] = Set(*x.Row(t + j));
      sum[j] = Set(0.0f);
    }
    const float* c = plan_.channel();
    const auto at = [&](int i) { return Load(c + i * kWidth); };
    for (std::int64_t v = 0; v < vectors_; ++v, c += C::kCount * kWidth, state += 2 * kWidth) {
      const Vec h_re = Load(state), h_im = Load(state + kWidth);
      Vec re = at(C::kDrive) * x_j[kCount - 1], im = at(C::kDrive + 1) * x_j[kCount - 1];
      for (int j = 1; j < kCount; ++j) {
        re = Fma(at(C::kDrive + 2 * j), x_j[kCount - 1 - j], re);
        im = Fma(at(C::kDrive + 2 * j + 1), x_j[kCount - 1 - j], im);
      }
      for (int j = 0; j < kCount; ++j) sum[j] = Fma(at(C::kRead + 2 * j + 1), h_im, Fma(at(C::kRead + 2 * j), h_re, sum[j]));
      const Vec a_re = at(kCount == 1 ? C::kPole : C::kPower), a_im = at((kCount == 1 ? C::kPole : C::kPower) + 1);
      Store(state, NegFma(a_im, h_im, Fma(a_re, h_re, re)));
      Store(state + kWidth, Fma(a_re, h_im, Fma(a_im, h_re, im)));
    }
    for (int j = 0; j < kCount; ++j) {
      float out = Sum(sum[j]);
      for (int i = 0; i <= j; ++i) out += plan_.answer()[i] * *x.Row(t + j - i);
      *y.Row(t + j) = out;
    }
  }

  const DiagonalStateSpaceParams& p_;
  const DiagonalPlan& plan_;
  const std::int64_t vectors_;
};

}  // namespace SSM_ISA
}  // namespace ssm
