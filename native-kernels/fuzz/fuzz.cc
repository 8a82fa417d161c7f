#include "fuzz/fuzz.h"

#include <algorithm>
#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "runtime/thread_pool.h"

namespace ssm_fuzz {
namespace {

constexpr float kUntouched = -12345.5f;
// Of the largest result: float32 sums of some hundred terms in another order, through exponentials.
constexpr double kTolerance = 1e-4;
// Where a state has grown further, small results are differences of large ones.
constexpr double kMostCompared = 1e6;

}  // namespace

std::int64_t Choices::Size() {
  static constexpr std::int64_t kSizes[] = {1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 24, 31, 32, 33, 48, 64, 65, 100, 0};
  return kSizes[Below(sizeof kSizes / sizeof *kSizes)];
}

std::uint64_t Choices::Seed() {
  std::uint64_t seed = 0;
  for (int i = 0; i < 4; ++i) seed = seed << 8 | Byte();
  return seed;
}

float* Tensors::Dense(std::int64_t elements, float low, float high) {
  memory_.push_back(std::make_unique<float[]>(static_cast<std::size_t>(elements)));
  float* const data = memory_.back().get();
  for (std::int64_t i = 0; i < elements; ++i) data[i] = random_.Uniform(low, high);
  if (elements == 0 || choices_->Below(16) != 15) return data;
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  static constexpr float kPoison[] = {std::numeric_limits<float>::quiet_NaN(), kInfinity, -kInfinity, 3e38f, -3e38f, 1e-44f};
  const std::int64_t kind = choices_->Below(6);
  comparable_ &= kind < 3;
  data[random_.Below(elements)] = kPoison[kind];
  return data;
}

float* Tensors::Rows(std::int64_t batch, std::int64_t rows, std::int64_t width, ssm::Strides* strides) {
  strides->row = width + choices_->Below(4);
  strides->batch = choices_->Below(8) == 7 ? 0 : rows * strides->row + choices_->Below(3);
  return Dense(batch == 0 || rows == 0 ? 0 : (batch - 1) * strides->batch + (rows - 1) * strides->row + width);
}

Output::Output(std::int64_t elements)
    : elements_(elements), expected_(new float[static_cast<std::size_t>(elements)]), actual_(new float[static_cast<std::size_t>(elements)]) {
  std::fill_n(expected_.get(), elements, kUntouched);
  Reset();
}

void Output::Reset() { std::fill_n(actual_.get(), elements_, kUntouched); }

void Output::Compare(const char* what, const char* isa) const {
  double largest = 1;
  for (std::int64_t i = 0; i < elements_; ++i) {
    if (std::isfinite(expected_[i]) && expected_[i] != kUntouched) largest = std::max(largest, std::fabs(static_cast<double>(expected_[i])));
  }
  if (largest > kMostCompared) return;
  for (std::int64_t i = 0; i < elements_; ++i) {
    const double expected = expected_[i], actual = actual_[i];
    if (!std::isfinite(expected) || std::fabs(actual - expected) <= kTolerance * largest) continue;
    Fail("%s of %s: element %lld of %lld is %g, expected %g", what, isa, static_cast<long long>(i), static_cast<long long>(elements_), actual, expected);
  }
}

ssm::Parallel SharedThreads(std::int64_t threads) {
  static ssm::ThreadPool two(2), three(3);
  return threads == 2 ? two.parallel() : threads == 3 ? three.parallel() : ssm::SerialParallel();
}

void Fail(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  std::vfprintf(stderr, format, arguments);
  va_end(arguments);
  std::fputc('\n', stderr);
  std::abort();
}

}  // namespace ssm_fuzz
