// How many multiply-adds one core can do: the yardstick of the benchmark's arithmetic bounds.
#pragma once

namespace ssm {

// Scalar multiply-adds in a millisecond on the calling thread with the instruction set that operators use: the best of many short bursts. Zero where only the
// reference is built.
double PeakMultiplyAddsPerMs();

}  // namespace ssm
