// What an operator tells its hosts (ONNX Runtime, the addon's direct calls): its ports, the sizes that tie their shapes, its attributes, and how to
// run it. A host checks a call against this table, so every operator reports a wrong shape in the same words.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "runtime/dispatch.h"
#include "runtime/parallel.h"
#include "runtime/status.h"

namespace ssm {

inline constexpr std::size_t kMaxPorts = 12;
inline constexpr std::size_t kMaxRank = 6;

// A float32 tensor. `shape` lists its sizes by letter, each optionally less one: "B K-1 D", or by digit where only that size will do: "4 D"; '|' separates
// alternatives: "B L G N | B L N"; a letter that an alternative lacks beside the first is 1. Of an output's alternatives that of the first input's rank holds.
struct Port {
  const char* name;
  const char* shape;
  bool optional = false;
};

// Without choices a flag, 0 or 1; with choices one of these strings, kept as its index. Absent means 0, or the first choice. A Count is an integer of at
// least 1, a Real a number of at least 0; absent means `absent`.
struct Attribute {
  enum Kind { kFlagOrChoice, kCount, kReal };

  static Attribute Count(const char* name, std::int64_t absent) { return {name, {}, kCount, static_cast<double>(absent)}; }
  static Attribute Real(const char* name, double absent) { return {name, {}, kReal, absent}; }

  const char* name;
  std::vector<const char*> choices = {};
  Kind kind = kFlagOrChoice;
  double absent = 0;
};

// The value of every size letter; kUnbound until an input gives it.
class Sizes {
 public:
  static constexpr std::int64_t kUnbound = -1;
  Sizes() { values_.fill(kUnbound); }
  std::int64_t& operator[](char letter) { return values_[static_cast<std::size_t>(letter - 'A')]; }
  std::int64_t operator[](char letter) const { return values_[static_cast<std::size_t>(letter - 'A')]; }

  std::size_t first_rank = 0;  // of the first input; 0 until it is known

 private:
  std::array<std::int64_t, 26> values_;
};

struct OperatorCall {
  const float* const* inputs;  // in the order of Operator::inputs, dense, null where absent
  float* const* outputs;       // in the order of Operator::outputs, null where not wanted
  const double* attributes;    // in the order of Operator::attributes
  const Sizes& size;
  const void* prepared = nullptr;  // what Operator::prepare made, null where the host keeps nothing
};

struct Operator {
  const char* name;
  std::vector<Port> inputs;
  std::vector<Port> outputs;
  std::vector<Attribute> attributes;
  Status (*compute)(const OperatorCall& call, const Parallel& parallel, Isa isa);
  // What every call would compute again from inputs that never change, for a host that keeps it: null if these do not suffice. `call` has the constant inputs
  // only, their sizes, and no outputs. The operator itself checks that a call brings the inputs that were prepared.
  std::shared_ptr<const void> (*prepare)(const OperatorCall& call, Isa isa) = nullptr;
};

// The shape of one input of a call; `dims` is null where the input is absent.
struct ShapeView {
  static constexpr std::int64_t kOpen = -1;  // a size that is not known before the run
  const std::int64_t* dims = nullptr;
  std::size_t rank = 0;
};

struct Shape {
  std::array<std::int64_t, kMaxRank> dims{};
  std::size_t rank = 0;
};

// Matches one shape for each input port and gives every size; a letter that no input binds is 1. InvalidArgument names the input, what was expected and
// what came.
Status BindSizes(const Operator& op, const ShapeView* inputs, Sizes* sizes);

// The same before the run: sizes may be open, and so may whole shapes (null). Letters that nothing gives stay kUnbound.
Status BindKnownSizes(const Operator& op, const ShapeView* inputs, Sizes* sizes);

// InvalidArgument if the sizes leave an output less than nothing (K = 0 in "K-1") or more than any memory.
Status OutputShape(const Operator& op, std::size_t output, const Sizes& sizes, Shape* shape);

// An attribute as a host found it.
struct AttributeValue {
  enum Kind { kAbsent, kInteger, kReal, kText, kOther } kind = kAbsent;
  double number = 0;  // of an integer or a real
  const char* text = nullptr;
};

// Gives the form that OperatorCall holds. InvalidArgument names the attribute, what was expected and what came.
Status ParseAttribute(const Operator& op, std::size_t attribute, const AttributeValue& value, double* parsed);

// One axis of a shape pattern: its size is that of `letter` plus `offset`; a digit is its own size.
struct Axis {
  char letter;
  int offset;
  bool fixed() const { return letter <= '9'; }
};

// The axes of one alternative of a port's shape; false when `rank` fits none.
bool AxesOfRank(const char* shape, std::size_t rank, std::array<Axis, kMaxRank>* axes);

// The axes of an output and, returned, how many; 0 while the first input's rank would have to be known.
std::size_t OutputAxes(const Port& output, const Sizes& sizes, std::array<Axis, kMaxRank>* axes);

}  // namespace ssm
