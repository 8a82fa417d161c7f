// Deterministic inputs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ssm_test {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15u + 1) {}

  std::uint64_t Next() {  // splitmix64
    std::uint64_t x = state_ += 0x9e3779b97f4a7c15u;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
  }
  std::int64_t Below(std::int64_t bound) { return static_cast<std::int64_t>(Next() % static_cast<std::uint64_t>(bound)); }
  bool Coin() { return Next() & 1; }
  float Uniform(float low, float high) { return low + (high - low) * static_cast<float>(Next() >> 40) * 0x1p-24f; }
  template <typename T>
  T Pick(const std::vector<T>& from) { return from[static_cast<std::size_t>(Below(static_cast<std::int64_t>(from.size())))]; }

  std::vector<float> Tensor(std::int64_t size, float low, float high) {
    std::vector<float> tensor(static_cast<std::size_t>(size));
    for (float& value : tensor) value = Uniform(low, high);
    return tensor;
  }

 private:
  std::uint64_t state_;
};

}  // namespace ssm_test
