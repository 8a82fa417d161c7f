// A bank over a whole sequence as a convolution with its impulse response, by Fourier transforms with lanes along channels. For inclusion by
// diagonal_state_space_simd.cc.
//
// x and the response are real and zero behind their L values. Both are multiplied by w^l, w^M = i, before a transform of M >= L complex points, and the product's inverse by w^-l:
// what a cyclic convolution would add from its second round comes out imaginary, so M points do the work of 2 M (the "right-angle" convolution).
#pragma once

#include "ops/diagonal_state_space/diagonal_plan.h"
#include "runtime/simd/fft.h"
#include "runtime/simd/walk.h"

namespace ssm {
namespace SSM_ISA {

class Convolution {
 public:
  // `roots`: of M, [M, 2]; `twist`: the first M of 4 M, [M, 2].
  Convolution(const DiagonalStateSpaceParams& p, const DiagonalPlan& plan, std::int64_t points, const float* roots, const float* twist)
      : p_(p), plan_(plan), points_(points), roots_(roots), twist_(twist) {}

  // Floats of work space of a task.
  std::int64_t work() const { return 6 * points_ * kWidth; }

  // One vector of channels of all batch items.
  void Run(std::int64_t vector, float* work) const {
    const std::int64_t block = points_ * kWidth, channel = vector * kWidth, left = p_.inputs - channel;
    const Sequences a{work, work + block}, b{work + 2 * block, work + 3 * block}, c{work + 4 * block, work + 5 * block};
    WriteResponse(plan_.bank(vector), a.re);
    Twist(a);
    const Sequences response = Fft(a, b, points_, roots_);
    const Sequences data = response.re == a.re ? b : a;
    for (std::int64_t item = 0; item < p_.batch; ++item) {
      const Walk<const float> x = WalkOf(p_.x + channel, p_.x_stride, item, p_.length, p_.reverse);
      const Walk<float> y = WalkOf(p_.y + channel, p_.y_stride, item, p_.length, p_.reverse);
      for (std::int64_t t = 0; t < p_.length; ++t) Store(data.re + t * kWidth, LoadUpTo(x.Row(t), left));
      Twist(data);
      const Sequences spectrum = Fft(data, c, points_, roots_);
      Multiply(response, spectrum);
      const Sequences other = spectrum.re == data.re ? c : data;
      const Sequences result = Fft(spectrum.Swapped(), other, points_, roots_).Swapped();
      const Vec scale = Set(1.0f / static_cast<float>(points_));
      for (std::int64_t t = 0; t < p_.length; ++t) {
        const Vec re = Set(twist_[2 * t]) * Load(result.re + t * kWidth);
        StoreUpTo(y.Row(t), scale * Fma(Set(twist_[2 * t + 1]), Load(result.im + t * kWidth), re), left);
      }
    }
  }

 private:
  // The first L answers to an input of 1: D and all states in the first, then what the states, 1 each, are read as.
  void WriteResponse(const float* plan, float* response) const {
    for (std::int64_t i = 0; i < points_; ++i) Store(response + i * kWidth, Set(0.0f));
    Store(response, Load(plan));
    const float* const first = plan + kDiagonalAhead * kWidth;
    for (std::int64_t n = 0; n < p_.state; ++n) {
      const float* const c = first + n * BankCoefficients::kCount * kWidth;
      Vec re = Set(1.0f), im = Set(0.0f);
      const Vec a_re = Load(c + (BankCoefficients::kPower + 2 * kDiagonalAhead - 2) * kWidth), a_im = Load(c + (BankCoefficients::kPower + 2 * kDiagonalAhead - 1) * kWidth);
      for (std::int64_t t = 1; t < p_.length; t += kDiagonalAhead) {
        for (int j = 0; j < kDiagonalAhead && t + j < p_.length; ++j) {
          const Vec read_re = Load(c + (BankCoefficients::kRead + 2 * j) * kWidth), read_im = Load(c + (BankCoefficients::kRead + 2 * j + 1) * kWidth);
          float* const to = response + (t + j) * kWidth;
          Store(to, Fma(read_im, im, Fma(read_re, re, Load(to))));
        }
        const Vec next = NegFma(a_im, im, a_re * re);
        im = Fma(a_re, im, a_im * re);
        re = next;
      }
    }
  }

  // The real values [L] times w^l into both parts; zeros behind them.
  void Twist(const Sequences& s) const {
    for (std::int64_t t = 0; t < p_.length; ++t) {
      const Vec value = Load(s.re + t * kWidth);
      Store(s.re + t * kWidth, Set(twist_[2 * t]) * value);
      Store(s.im + t * kWidth, Set(twist_[2 * t + 1]) * value);
    }
    for (std::int64_t t = p_.length; t < points_; ++t) {
      Store(s.re + t * kWidth, Set(0.0f));
      Store(s.im + t * kWidth, Set(0.0f));
    }
  }

  // b *= a
  void Multiply(const Sequences& a, const Sequences& b) const {
    for (std::int64_t i = 0; i < points_ * kWidth; i += kWidth) {
      const Vec a_re = Load(a.re + i), a_im = Load(a.im + i), b_re = Load(b.re + i), b_im = Load(b.im + i);
      Store(b.re + i, NegFma(a_im, b_im, a_re * b_re));
      Store(b.im + i, Fma(a_im, b_re, a_re * b_im));
    }
  }

  const DiagonalStateSpaceParams& p_;
  const DiagonalPlan& plan_;
  const std::int64_t points_;
  const float *roots_, *twist_;
};

}  // namespace SSM_ISA
}  // namespace ssm
