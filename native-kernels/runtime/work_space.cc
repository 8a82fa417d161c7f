#include "runtime/work_space.h"

#include <limits>
#include <new>

namespace ssm {
namespace {

constexpr std::align_val_t kAlignment{64};
constexpr unsigned long long kMostBytes = std::numeric_limits<std::ptrdiff_t>::max();

}  // namespace

WorkSpace::WorkSpace(std::int64_t a, std::int64_t b, std::int64_t c, std::int64_t d) {
  const std::int64_t factors[] = {a, b, c, d};
  for (const std::int64_t factor : factors) {
    const auto count = static_cast<unsigned long long>(factor);
    if (count != 0 && bytes_ > kMostBytes / count) {
      bytes_ = kMostBytes;
      return;
    }
    bytes_ *= count;
  }
  data_ = static_cast<float*>(::operator new(static_cast<std::size_t>(bytes_), kAlignment, std::nothrow));
}

WorkSpace::~WorkSpace() { ::operator delete(data_, kAlignment); }

}  // namespace ssm
