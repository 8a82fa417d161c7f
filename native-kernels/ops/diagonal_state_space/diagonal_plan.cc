#include "ops/diagonal_state_space/diagonal_plan.h"

#include <algorithm>

#include "ops/diagonal_state_space/diagonal_discretize.h"

namespace ssm {
namespace {

using Complex = std::complex<double>;

std::int64_t RoundUp(std::int64_t value, std::int64_t step) { return (value + step - 1) / step * step; }

// A factor that reaches the drive is complex unless it is known to be real.
std::int64_t DriveParts(const DiagonalStateSpaceParams& p) {
  const bool real = p.discretization == Discretization::kNone || p.discretization == Discretization::kExponential;
  return real ? p.b_parts : 2;
}

std::int64_t ReadSize(const DiagonalStateSpaceParams& p, std::int64_t padded_state, std::int64_t padded_outputs) {
  return p.c_parts * padded_state * (p.outputs <= kDiagonalFewOutputs ? p.outputs : padded_outputs);
}

}  // namespace

// Floats, of each channel in a bank.
std::int64_t DiagonalPlan::Size(const DiagonalStateSpaceParams& p) const {
  if (p.one_channel()) return width_ * kDiagonalAhead + ChannelCoefficients::kCount * padded_state_;
  return p.bank() ? kDiagonalAhead + BankCoefficients::kCount * p.state : read_at_ + ReadSize(p, padded_state_, padded_outputs_);
}

DiagonalPlan::DiagonalPlan(const DiagonalStateSpaceParams& p, int width)
    : width_(width),
      state_(p.state),
      drive_parts_(DriveParts(p)),
      padded_state_(RoundUp(p.state, kDiagonalPanel * width)),
      padded_outputs_(RoundUp(p.outputs, kDiagonalPanel * width)),
      drive_at_(4 * padded_state_),
      read_at_(drive_at_ + drive_parts_ * padded_state_ * p.inputs),
      space_(p.one_channel() || !p.bank() ? 1 : RoundUp(p.inputs, width), Size(p)) {
  if (!space_.data()) return;
  if (p.one_channel()) {
    PackChannel(p);
  } else if (p.bank()) {
    PackBank(p);
  } else {
    PackShared(p);
  }
}

void DiagonalPlan::PackChannel(const DiagonalStateSpaceParams& p) {
  using C = ChannelCoefficients;
  std::fill_n(space_.data(), Size(p), 0.0f);
  double answer[kDiagonalAhead] = {p.D ? p.D[0] : 0.0};
  for (std::int64_t n = 0; n < state_; ++n) {
    float* const to = const_cast<float*>(channel()) + n / width_ * C::kCount * width_ + n % width_;
    const auto set = [&](int i, double value) { to[i * width_] = static_cast<float>(value); };
    const DiagonalStep<double> step = DiscretizeAt<double>(p, 0, n);
    const Complex c = ComplexAt<double>(p.C, n, p.c_parts) * (p.bank() ? step.b : 1.0);
    const Complex b = p.bank() ? 1.0 : ComplexAt<double>(p.B, n, p.b_parts) * step.b;
    Complex power = 1.0;
    for (int j = 0; j < kDiagonalAhead; ++j) {
      set(C::kDrive + 2 * j, (b * power).real());
      set(C::kDrive + 2 * j + 1, (b * power).imag());
      answer[j] += (c * b * power).real();
      power *= step.a;
      set(C::kRead + 2 * j, (c * power).real());
      set(C::kRead + 2 * j + 1, -(c * power).imag());
    }
    set(C::kPole, step.a.real());
    set(C::kPole + 1, step.a.imag());
    set(C::kPower, power.real());
    set(C::kPower + 1, power.imag());
  }
  for (int j = 0; j < kDiagonalAhead; ++j) space_.data()[j] = static_cast<float>(answer[j]);
}

void DiagonalPlan::PackBank(const DiagonalStateSpaceParams& p) {
  const std::int64_t W = width_, padded = RoundUp(p.inputs, W);
  for (std::int64_t d = 0; d < padded; ++d) {
    float* const lane = const_cast<float*>(bank(d / W)) + d % W;
    const bool real = d < p.inputs;
    double answer[kDiagonalAhead] = {real && p.D ? p.D[d] : 0.0};
    for (std::int64_t n = 0; n < state_; ++n) {
      float* const to = lane + (kDiagonalAhead + n * BankCoefficients::kCount) * W;
      const DiagonalStep<double> step = real ? DiscretizeAt<double>(p, d, n) : DiagonalStep<double>{};
      const Complex c = real ? step.b * ComplexAt<double>(p.C, d * state_ + n, p.c_parts) : Complex{};
      Complex power = 1.0;
      for (int j = 0; j < kDiagonalAhead; ++j) {
        answer[j] += (c * power).real();
        power *= step.a;
        const Complex read = c * power;
        to[(BankCoefficients::kRead + 2 * j) * W] = static_cast<float>(read.real());
        to[(BankCoefficients::kRead + 2 * j + 1) * W] = static_cast<float>(-read.imag());
        to[(BankCoefficients::kPower + 2 * j) * W] = static_cast<float>(power.real());
        to[(BankCoefficients::kPower + 2 * j + 1) * W] = static_cast<float>(power.imag());
      }
    }
    for (int j = 0; j < kDiagonalAhead; ++j) lane[j * W] = static_cast<float>(answer[j]);
  }
}

void DiagonalPlan::PackShared(const DiagonalStateSpaceParams& p) {
  const std::int64_t NW = padded_state_, panel = kDiagonalPanel * width_;
  std::fill_n(space_.data(), read_at_ + ReadSize(p, NW, padded_outputs_), 0.0f);
  float* const poles = space_.data();
  float* const drive = poles + drive_at_;
  float* const read = poles + read_at_;
  for (std::int64_t n = 0; n < state_; ++n) {
    const DiagonalStep<double> step = DiscretizeAt<double>(p, 0, n);
    const double parts[] = {step.a.real(), step.a.imag()};
    for (int i = 0; i < 2; ++i) {
      const float high = static_cast<float>(parts[i]);
      const float low = static_cast<float>(parts[i] - high);
      poles[i * NW + n] = high;
      poles[(2 + i) * NW + n] = low;
      exact_ &= low == 0.0f;
    }
    for (std::int64_t d = 0; d < p.inputs; ++d) {
      const Complex b = step.b * ComplexAt<double>(p.B, n * p.inputs + d, p.b_parts);
      float* const to = drive + (n / panel * p.inputs + d) * panel + n % panel;
      to[0] = static_cast<float>(b.real());
      if (drive_parts_ == 2) to[NW * p.inputs] = static_cast<float>(b.imag());
    }
    for (std::int64_t e = 0; e < p.outputs; ++e) {
      for (std::int64_t part = 0; part < p.c_parts; ++part) {
        const float c = p.C[(e * state_ + n) * p.c_parts + part] * (part == 0 ? 1.0f : -1.0f);
        const std::int64_t row = part * NW + n, rows = p.c_parts * NW;
        read[p.outputs <= kDiagonalFewOutputs ? e * rows + row : (e / panel * rows + row) * panel + e % panel] = c;
      }
    }
  }
}

}  // namespace ssm
