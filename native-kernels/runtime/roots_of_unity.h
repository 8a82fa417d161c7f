#pragma once

#include <cstdint>

namespace ssm {

// exp(2 pi i k / order) for k = 0 .. count-1 in pairs, each rounded once from double precision. No memory but `roots`, [count, 2].
void RootsOfUnity(std::int64_t count, std::int64_t order, float* roots);

}  // namespace ssm
