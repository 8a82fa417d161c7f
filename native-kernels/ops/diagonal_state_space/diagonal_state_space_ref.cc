#include <cstddef>
#include <memory>
#include <new>

#include "ops/diagonal_state_space/diagonal_discretize.h"
#include "ops/diagonal_state_space/diagonal_state_space.h"

namespace ssm {
namespace {

template <typename Real>
using Numbers = std::unique_ptr<std::complex<Real>[]>;

// One group of one batch item: the inputs [first_input, + inputs) to the outputs [first_output, + outputs).
template <typename Real>
struct Group {
  std::int64_t b, g, inputs, outputs;
  const Numbers<Real>&h, &a, &scale;
};

template <typename Real>
void Recur(const DiagonalStateSpaceParams& p, const Group<Real>& group) {
  const std::int64_t N = p.state, first = p.bank() ? group.g : 0;
  for (std::int64_t step = 0; step < p.length; ++step) {
    const std::int64_t t = p.reverse ? p.length - 1 - step : step;
    const float* const x = p.x + group.b * p.x_stride.batch + t * p.x_stride.row + first;
    float* const y = p.y + group.b * p.y_stride.batch + t * p.y_stride.row + first;
    for (std::int64_t n = 0; n < N; ++n) {
      std::complex<Real> drive = 0;
      if (p.bank()) {
        drive = x[0];
      } else {
        for (std::int64_t d = 0; d < group.inputs; ++d) drive += ComplexAt<Real>(p.B, n * p.inputs + d, p.b_parts) * static_cast<Real>(x[d]);
        drive *= group.scale[n];
      }
      group.h[n] = group.a[n] * group.h[n] + drive;
    }
    for (std::int64_t e = 0; e < group.outputs; ++e) {
      Real sum = 0;
      for (std::int64_t n = 0; n < N; ++n) {
        std::complex<Real> c = ComplexAt<Real>(p.C, (first + e) * N + n, p.c_parts);
        if (p.bank()) c *= group.scale[n];
        sum += c.real() * group.h[n].real() - c.imag() * group.h[n].imag();
      }
      if (p.D) sum += p.D[first + e] * static_cast<Real>(x[e]);
      y[e] = static_cast<float>(sum);
    }
  }
}

template <typename Real>
Status RunAll(const DiagonalStateSpaceParams& p) {
  const std::int64_t N = p.state;
  const auto make = [&] { return Numbers<Real>(new (std::nothrow) std::complex<Real>[static_cast<std::size_t>(N)]); };
  const Numbers<Real> h = make(), a = make(), scale = make();
  if (!h || !a || !scale) return Status::OutOfMemory("DiagonalStateSpace", static_cast<unsigned long long>(N) * sizeof(std::complex<Real>));
  for (std::int64_t g = 0; g < p.groups; ++g) {
    for (std::int64_t n = 0; n < N; ++n) {
      const DiagonalStep<Real> step = DiscretizeAt<Real>(p, g, n);
      a[n] = step.a;
      scale[n] = step.b;
    }
    for (std::int64_t b = 0; b < p.batch; ++b) {
      const std::int64_t at = (b * p.groups + g) * N;
      for (std::int64_t n = 0; n < N; ++n) h[n] = p.h0 ? ComplexAt<Real>(p.h0, at + n, 2) : 0;
      Recur<Real>(p, {b, g, p.bank() ? 1 : p.inputs, p.bank() ? 1 : p.outputs, h, a, scale});
      for (std::int64_t n = 0; p.h && n < N; ++n) {
        p.h[(at + n) * 2] = static_cast<float>(h[n].real());
        p.h[(at + n) * 2 + 1] = static_cast<float>(h[n].imag());
      }
    }
  }
  return Status::Ok();
}

}  // namespace

Status DiagonalStateSpaceReference(const DiagonalStateSpaceParams& params) { return RunAll<double>(params); }
Status DiagonalStateSpaceNaive(const DiagonalStateSpaceParams& params) { return RunAll<float>(params); }

}  // namespace ssm
