// One state's step from its continuous rate, in the precision of the caller.
#pragma once

#include <cmath>
#include <complex>

#include "ops/diagonal_state_space/diagonal_state_space.h"

namespace ssm {

template <typename Real>
struct DiagonalStep {
  std::complex<Real> a, b;
};

// (exp(z) - 1) / z
template <typename Real>
std::complex<Real> ExpRatio(std::complex<Real> z) {
  if (std::abs(z) < Real(0.01)) return Real(1) + z * (Real(0.5) + z * (Real(1) / 6 + z * (Real(1) / 24 + z * (Real(1) / 120))));
  return (std::exp(z) - Real(1)) / z;
}

template <typename Real>
DiagonalStep<Real> Discretize(Discretization kind, std::complex<Real> A, Real dt) {
  const std::complex<Real> z = dt * A;
  switch (kind) {
    case Discretization::kExponential: return {std::exp(z), dt};
    case Discretization::kZoh: return {std::exp(z), dt * ExpRatio(z)};
    case Discretization::kBilinear: return {(Real(1) + z / Real(2)) / (Real(1) - z / Real(2)), dt / (Real(1) - z / Real(2))};
    default: return {A, 1};
  }
}

// State n of group g.
template <typename Real>
DiagonalStep<Real> DiscretizeAt(const DiagonalStateSpaceParams& p, std::int64_t g, std::int64_t n) {
  const float* const A = p.A + (g * p.state + n) * 2;
  const Real dt = p.dt ? static_cast<Real>(p.dt[p.bank() ? g : n]) : Real(1);
  return Discretize<Real>(p.discretization, {static_cast<Real>(A[0]), static_cast<Real>(A[1])}, dt);
}

// Entry i of a tensor whose last axis has one part or two.
template <typename Real>
std::complex<Real> ComplexAt(const float* tensor, std::int64_t i, std::int64_t parts) {
  return {static_cast<Real>(tensor[i * parts]), parts == 2 ? static_cast<Real>(tensor[i * parts + 1]) : Real(0)};
}

}  // namespace ssm
