#include "runtime/roots_of_unity.h"

#include <cmath>

namespace ssm {
namespace {

constexpr double kTurn = 6.283185307179586476925286766559;
constexpr std::int64_t kRun = 64;  // roots between two calls of the library: each of them is one product away from its own

}  // namespace

void RootsOfUnity(std::int64_t count, std::int64_t order, float* roots) {
  double step_re[kRun], step_im[kRun];
  for (std::int64_t i = 0; i < kRun; ++i) {
    step_re[i] = std::cos(kTurn * static_cast<double>(i) / static_cast<double>(order));
    step_im[i] = std::sin(kTurn * static_cast<double>(i) / static_cast<double>(order));
  }
  double re = 1, im = 0;
  for (std::int64_t k = 0; k < count; ++k) {
    const std::int64_t i = k % kRun;
    if (i == 0) {
      re = std::cos(kTurn * static_cast<double>(k) / static_cast<double>(order));
      im = std::sin(kTurn * static_cast<double>(k) / static_cast<double>(order));
    }
    roots[2 * k] = static_cast<float>(re * step_re[i] - im * step_im[i]);
    roots[2 * k + 1] = static_cast<float>(re * step_im[i] + im * step_re[i]);
  }
}

}  // namespace ssm
